import type { BinaryOperator, Cardinality, VectorMatching } from './ast.ts';
import { isSetOperator } from './ast.ts';
import { parseNumber } from './parse-number.ts';
import { SyntaxFault } from './span.ts';
import type { Tokens } from './tokens.ts';

/** `on (a) group_left (b) fill (0)` and the like; undefined when nothing of it is written. */
export function parseMatching(tokens: Tokens, operator: BinaryOperator): VectorMatching | undefined {
  let written = false;
  let on = false;
  let labels: readonly string[] = [];
  let include: readonly string[] = [];
  let cardinality: Cardinality = isSetOperator(operator) ? 'many-to-many' : 'one-to-one';
  const word = tokens.keyword;
  if ((word === 'on' || word === 'ignoring') && tokens.followedBy('(')) {
    written = true;
    tokens.take();
    on = word === 'on';
    labels = parseLabels(tokens);
    const side = tokens.keyword;
    if (side === 'group_left' || side === 'group_right') {
      tokens.take();
      if (isSetOperator(operator)) {
        throw new SyntaxFault(
          tokens.current.span,
          `no grouping allowed for ${JSON.stringify(operator)} operation`,
        );
      }
      cardinality = side === 'group_left' ? 'many-to-one' : 'one-to-many';
      if (tokens.isSymbol('(')) include = parseLabels(tokens);
    }
  }
  let fillLeft: number | undefined;
  let fillRight: number | undefined;
  for (;;) {
    const side = tokens.keyword;
    if (side !== 'fill' && side !== 'fill_left' && side !== 'fill_right') break;
    if (!tokens.followedBy('(')) break;
    written = true;
    const { span } = tokens.take();
    const value = parseFill(tokens);
    if (isSetOperator(operator)) {
      throw new SyntaxFault(span, `filling in missing series not allowed for set operators`);
    }
    if (side !== 'fill_right') fillLeft = value;
    if (side !== 'fill_left') fillRight = value;
  }
  return written ? { cardinality, on, labels, include, fillLeft, fillRight } : undefined;
}

function parseFill(tokens: Tokens): number {
  tokens.expectSymbol('(', 'in fill modifier');
  const sign = tokens.isSymbol('-') ? -1 : 1;
  if (tokens.isSymbol('-') || tokens.isSymbol('+')) tokens.take();
  const literal = parseNumber(tokens);
  if (literal === undefined) throw tokens.unexpected('in fill modifier', 'a number');
  tokens.expectSymbol(')', 'in fill modifier');
  return sign * literal.value;
}

/** `(a, b, "c d")`: labels of a grouping. */
export function parseLabels(tokens: Tokens): readonly string[] {
  tokens.expectSymbol('(', 'in grouping');
  const labels: string[] = [];
  while (!tokens.isSymbol(')')) {
    const token = tokens.current;
    if (token.kind !== 'identifier' && token.kind !== 'string') {
      throw tokens.unexpected('in grouping', 'a label or ")"');
    }
    if (token.kind === 'identifier' && token.text.includes(':')) {
      throw tokens.unexpected('in grouping', 'a label or ")"');
    }
    tokens.take();
    labels.push(token.text);
    if (!tokens.takeIfSymbol(',') && !tokens.isSymbol(')')) {
      throw tokens.unexpected('in grouping', '"," or ")"');
    }
  }
  tokens.take();
  return labels;
}
