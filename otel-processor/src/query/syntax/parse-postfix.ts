import type { AtModifier, Expr, Subquery, VectorSelector } from './ast.ts';
import { parseOffset, parsePositiveDuration } from './parse-duration.ts';
import { parseNumber } from './parse-number.ts';
import { SyntaxFault } from './span.ts';
import type { Tokens } from './tokens.ts';

/** `[range]`, `[range:step]`, `offset`, `@`, `anchored` and `smoothed` behind a primary expression. */
export function parsePostfix(tokens: Tokens, primary: Expr): Expr {
  let expr = primary;
  for (;;) {
    if (tokens.isSymbol('[')) {
      tokens.countOperator();
      expr = parseBrackets(tokens, expr);
    } else if (tokens.isSymbol('@')) {
      const { span } = tokens.take();
      const at = parseAt(tokens);
      const end = tokens.lastEnd;
      expr = modified(
        expr,
        end,
        '@ modifier must be preceded by an instant vector selector or range vector selector or a subquery',
        (shift) => {
          if (shift.at !== undefined)
            throw new SyntaxFault(span, '@ <timestamp> may not be set multiple times');
          return { at };
        },
      );
    } else {
      const word = tokens.keyword;
      if (word === 'offset') {
        const { span } = tokens.take();
        const offset = parseOffset(tokens);
        const end = tokens.lastEnd;
        expr = modified(
          expr,
          end,
          'offset modifier must be preceded by an instant vector selector or range vector selector or a subquery',
          (shift) => {
            if (shift.offset !== undefined)
              throw new SyntaxFault(span, 'offset may not be set multiple times');
            return { offset };
          },
        );
      } else if (word === 'anchored' || word === 'smoothed') {
        expr = withEdges(tokens, expr, word);
      } else {
        return expr;
      }
    }
  }
}

function withEdges(tokens: Tokens, expr: Expr, edges: 'anchored' | 'smoothed'): Expr {
  const { span } = tokens.take();
  const end = tokens.lastEnd;
  return modified(
    expr,
    end,
    `${edges} modifier must be preceded by an instant vector selector or range vector selector or a subquery`,
    (shift) => {
      if (shift.kind === 'subquery') {
        throw new SyntaxFault(span, `${edges} modifier is not supported for subqueries`);
      }
      if (shift.edges === edges)
        throw new SyntaxFault(span, `${edges} modifier may not be set multiple times`);
      if (shift.edges !== undefined) {
        throw new SyntaxFault(span, 'anchored and smoothed modifiers cannot be used together');
      }
      return { edges };
    },
  );
}

type Shift = Partial<Pick<VectorSelector, 'offset' | 'at' | 'edges'>>;

/** Applies a change to the selector or subquery that `expr` is, widening its span to `end`. */
function modified(
  expr: Expr,
  end: number,
  complaint: string,
  change: (target: VectorSelector | Subquery) => Shift,
): Expr {
  const span = { start: expr.span.start, end };
  if (expr.kind === 'vectorSelector') return { ...expr, ...change(expr), span };
  if (expr.kind === 'subquery') {
    const { edges: _, ...shift } = change(expr);
    return { ...expr, ...shift, span };
  }
  if (expr.kind === 'matrixSelector') {
    const selector = { ...expr.selector, ...change(expr.selector) };
    return { ...expr, selector, span };
  }
  throw new SyntaxFault(expr.span, complaint);
}

function parseBrackets(tokens: Tokens, expr: Expr): Expr {
  tokens.take();
  const range = parsePositiveDuration(tokens);
  if (tokens.takeIfSymbol(':')) {
    const step = tokens.isSymbol(']') ? undefined : parsePositiveDuration(tokens);
    tokens.expectSymbol(']', 'in subquery selector');
    const span = tokens.spanSince(expr.span.start);
    return { kind: 'subquery', expr, range, step, offset: undefined, at: undefined, span };
  }
  tokens.expectSymbol(']', 'in range selector');
  const span = tokens.spanSince(expr.span.start);
  if (expr.kind !== 'vectorSelector') throw new SyntaxFault(span, 'ranges only allowed for vector selectors');
  if (expr.offset !== undefined) throw new SyntaxFault(span, 'no offset modifiers allowed before range');
  if (expr.at !== undefined) throw new SyntaxFault(span, 'no @ modifiers allowed before range');
  if (expr.edges !== undefined)
    throw new SyntaxFault(span, `no ${expr.edges} modifiers allowed before range`);
  return { kind: 'matrixSelector', selector: expr, range, span };
}

function parseAt(tokens: Tokens): AtModifier {
  const word = tokens.keyword;
  if ((word === 'start' || word === 'end') && tokens.followedBy('(')) {
    tokens.take();
    tokens.take();
    tokens.expectSymbol(')', 'in @ modifier');
    return { kind: word };
  }
  const { span } = tokens.current;
  const negative = tokens.isSymbol('-');
  if (negative || tokens.isSymbol('+')) tokens.take();
  const literal = parseNumber(tokens);
  if (literal === undefined) throw tokens.unexpected('in @ modifier', 'a timestamp, start() or end()');
  const seconds = negative ? -literal.value : literal.value;
  if (!(Math.abs(seconds) < Number.MAX_SAFE_INTEGER / 1000)) {
    throw new SyntaxFault(span, `timestamp out of bounds for @ modifier: ${seconds}`);
  }
  return { kind: 'time', timeMs: Math.round(seconds * 1000) };
}
