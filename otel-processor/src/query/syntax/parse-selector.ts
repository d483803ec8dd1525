import { isFault } from '../../base/index.ts';
import { createMatcher, type Matcher, type MatchType, METRIC_NAME } from '../../model/index.ts';
import type { VectorSelector } from './ast.ts';
import { type Span, SyntaxFault } from './span.ts';
import type { Tokens } from './tokens.ts';

const matchTypes: ReadonlySet<string> = new Set(['=', '!=', '=~', '!~']);

/** `name`, `name{...}` or `{...}`; the current token is the name or the brace. */
export function parseVectorSelector(tokens: Tokens): VectorSelector {
  const start = tokens.current.span.start;
  let name: string | undefined;
  if (tokens.current.kind === 'identifier') name = tokens.take().text;
  const matchers: Matcher[] = [];
  if (tokens.isSymbol('{')) {
    const quoted = parseMatchers(tokens, matchers, name);
    name ??= quoted;
  }
  const span = tokens.spanSince(start);
  if (name !== undefined) matchers.push(equal(METRIC_NAME, name));
  return { kind: 'vectorSelector', name, matchers, offset: undefined, at: undefined, edges: undefined, span };
}

/** A selector that an absent label satisfies in every respect would select everything. */
export function requireNonEmpty(selector: VectorSelector): void {
  if (selector.matchers.every((matcher) => matcher.matches(''))) {
    throw new SyntaxFault(selector.span, 'vector selector must contain at least one non-empty matcher');
  }
}

/** Reads `{...}` into `matchers`; returns the metric name that stands in quotes among them, if any. */
function parseMatchers(
  tokens: Tokens,
  matchers: Matcher[],
  nameBefore: string | undefined,
): string | undefined {
  tokens.expectSymbol('{', 'in label matching');
  let name: string | undefined;
  while (!tokens.isSymbol('}')) {
    const label = tokens.current;
    if (label.kind !== 'identifier' && label.kind !== 'string') {
      throw tokens.unexpected('in label matching', 'label name or "}"');
    }
    tokens.take();
    const closes = tokens.isSymbol(',') || tokens.isSymbol('}');
    if (label.kind === 'string' && closes) {
      const other = nameBefore ?? name;
      if (other !== undefined) {
        throw new SyntaxFault(
          label.span,
          `metric name must not be set twice: ${JSON.stringify(other)} or ${JSON.stringify(label.text)}`,
        );
      }
      name = label.text;
    } else {
      matchers.push(parseMatcher(tokens, label.text, label.span, nameBefore ?? name));
    }
    if (!tokens.takeIfSymbol(',') && !tokens.isSymbol('}')) {
      throw tokens.unexpected('in label matching', '"," or "}"');
    }
  }
  tokens.take();
  return name;
}

function parseMatcher(tokens: Tokens, label: string, span: Span, metricName: string | undefined): Matcher {
  const operator = tokens.current;
  if (operator.kind !== 'symbol' || !matchTypes.has(operator.text)) {
    throw tokens.unexpected('in label matching', 'label matching operator');
  }
  tokens.take();
  const value = tokens.current;
  if (value.kind !== 'string') throw tokens.unexpected('in label matching', 'string');
  tokens.take();
  if (label === METRIC_NAME && operator.text === '=' && metricName !== undefined) {
    throw new SyntaxFault(
      span,
      `metric name must not be set twice: ${JSON.stringify(metricName)} or ${JSON.stringify(value.text)}`,
    );
  }
  const matcher = createMatcher(operator.text as MatchType, label, value.text);
  if (isFault(matcher)) throw new SyntaxFault(value.span, matcher.message);
  return matcher;
}

function equal(name: string, value: string): Matcher {
  const matcher = createMatcher('=', name, value);
  if (isFault(matcher)) throw new SyntaxFault({ start: 0, end: 0 }, matcher.message);
  return matcher;
}
