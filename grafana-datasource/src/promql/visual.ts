import { matcherText } from './filters.ts';
import { functionByName } from './functions.ts';
import { closing, type LabelMatcher, type MatcherOperator, matchersOf } from './selectors.ts';
import { quoted, type Token, tokensOf } from './tokens.ts';

/** One step around a selector, the innermost first. */
export type VisualOperation =
  | {
      readonly kind: 'call';
      readonly name: string;
      /** Of functions over ranges: as `5m` or `$__rate_interval`. */
      readonly range?: string;
      readonly before: readonly string[];
      readonly after: readonly string[];
    }
  | {
      readonly kind: 'aggregation';
      readonly name: string;
      readonly before: readonly string[];
      readonly grouping?: { readonly word: 'by' | 'without'; readonly labels: readonly string[] };
    }
  | { readonly kind: 'arithmetic'; readonly operator: string; readonly number: string };

/** What the builder shows: one selector, and what is done to it, step by step. */
export interface VisualQuery {
  readonly metric: string;
  readonly matchers: readonly LabelMatcher[];
  readonly operations: readonly VisualOperation[];
}

/** The expression that the builder shows, in one fixed form. `parseVisual` of it gives the same query again. */
export function printVisual({ metric, matchers, operations }: VisualQuery): string {
  const isPlain = metric === '' || /^[a-zA-Z_:][\w:]*$/.test(metric);
  const inner = matchers.map(matcherText);
  if (!isPlain) inner.unshift(quoted(metric));
  const braces = inner.length === 0 && metric !== '' ? '' : `{${inner.join(', ')}}`;
  if (metric === '' && inner.length === 0 && operations.length === 0) return '';
  let text = isPlain ? `${metric}${braces}` : braces;
  for (const operation of operations) text = printOperation(operation, text);
  return text;
}

function printOperation(operation: VisualOperation, inner: string): string {
  switch (operation.kind) {
    case 'call': {
      const argument = operation.range === undefined ? inner : `${inner}[${operation.range}]`;
      return `${operation.name}(${[...operation.before, argument, ...operation.after].join(', ')})`;
    }
    case 'aggregation': {
      const { name, grouping, before } = operation;
      const clause = grouping === undefined ? '' : ` ${grouping.word} (${grouping.labels.join(', ')}) `;
      return `${name}${clause}(${[...before, inner].join(', ')})`;
    }
    case 'arithmetic':
      return `${inner} ${operation.operator} ${operation.number}`;
  }
}

/**
 * The builder's form of an expression, or undefined when it has none: then it is shown as code. Nothing is lost: what is
 * parsed prints as the same expression, but for white space.
 */
export function parseVisual(expression: string): VisualQuery | undefined {
  const tokens = tokensOf(expression);
  if (tokens.length === 0) return { metric: '', matchers: [], operations: [] };
  if (tokens.some(({ kind }) => kind === 'comment' || kind === 'other')) return undefined;
  const query = parse(tokens);
  if (query === undefined) return undefined;
  const again = tokensOf(printVisual(query));
  const isSame =
    again.length === tokens.length && again.every(({ kind, text }, i) => sameToken(kind, text, tokens[i]));
  return isSame ? query : undefined;
}

function sameToken(kind: string, text: string, other: Token): boolean {
  if (kind !== other.kind) return false;
  // Quotes of another kind mean the same.
  return text === other.text || kind === 'string';
}

function parse(tokens: readonly Token[]): VisualQuery | undefined {
  return arithmeticOf(tokens) ?? callOf(tokens) ?? selectorOf(tokens);
}

function arithmeticOf(tokens: readonly Token[]): VisualQuery | undefined {
  const [operator, number] = tokens.slice(-2);
  if (number?.kind !== 'number' || operator === undefined || tokens.length < 3) return undefined;
  if (operator.kind !== 'operator' || !/^([-+*/%^]|[<>]=?|[!=]=)$/.test(operator.text)) return undefined;
  const inner = parse(tokens.slice(0, -2));
  const last = inner?.operations.at(-1);
  // `a + b * 2` would be read as `(a + b) * 2`.
  if (inner === undefined || (last?.kind === 'arithmetic' && !bindsAsWritten(last.operator, operator.text)))
    return undefined;
  return with_(inner, { kind: 'arithmetic', operator: operator.text, number: number.text });
}

const binding: Readonly<Record<string, number>> = { '^': 4, '*': 3, '/': 3, '%': 3, '+': 2, '-': 2 };

function bindsAsWritten(first: string, second: string): boolean {
  const [left, right] = [binding[first] ?? 1, binding[second] ?? 1];
  // Powers are taken from the right.
  return left === 4 ? right < 4 : left >= right;
}

function callOf(tokens: readonly Token[]): VisualQuery | undefined {
  const [name] = tokens;
  const known = name?.kind === 'name' ? functionByName.get(name.text) : undefined;
  if (known === undefined || known.kind === 'other') return undefined;
  const grouping = known.kind === 'aggregation' ? groupingOf(tokens, 1) : undefined;
  const open = grouping?.next ?? 1;
  if (tokens[open]?.text !== '(' || closing(tokens, open) !== tokens.length - 1) return undefined;
  const parts = argumentsOf(tokens.slice(open + 1, -1));
  const before = known.before?.length ?? 0;
  const after = known.after?.length ?? 0;
  if (parts.length !== before + 1 + after) return undefined;
  const constant = (part: readonly Token[]): string | undefined =>
    part.length === 1 && (part[0].kind === 'number' || part[0].kind === 'variable')
      ? part[0].text
      : undefined;
  const befores = parts.slice(0, before).map(constant);
  const afters = parts.slice(before + 1).map(constant);
  if ([...befores, ...afters].includes(undefined)) return undefined;
  const given = { name: known.name, before: befores as string[] };
  const argument = parts[before];
  if (known.kind === 'aggregation') {
    const inner = parse(argument);
    const clause = grouping === undefined ? {} : { grouping: grouping.clause };
    return inner && with_(inner, { kind: 'aggregation', ...given, ...clause });
  }
  const called = { kind: 'call' as const, ...given, after: afters as string[] };
  if (known.kind === 'vector') {
    const inner = parse(argument);
    return inner && with_(inner, called);
  }
  const range = rangeOf(argument);
  const inner = range === undefined ? undefined : selectorOf(argument.slice(0, -3));
  return inner && range ? with_(inner, { ...called, range }) : undefined;
}

function with_(query: VisualQuery, operation: VisualOperation): VisualQuery {
  return { ...query, operations: [...query.operations, operation] };
}

/** `[5m]` at the end. */
function rangeOf(tokens: readonly Token[]): string | undefined {
  const [open, duration, close] = tokens.slice(-3);
  if (open?.text !== '[' || close?.text !== ']') return undefined;
  return duration?.kind === 'duration' || duration?.kind === 'variable' ? duration.text : undefined;
}

function groupingOf(tokens: readonly Token[], at: number) {
  const word = tokens[at];
  if (word?.kind !== 'name' || !/^(by|without)$/.test(word.text) || tokens[at + 1]?.text !== '(')
    return undefined;
  const close = closing(tokens, at + 1);
  const labels = tokens.slice(at + 2, close).filter(({ kind }) => kind === 'name');
  const clause = { word: word.text as 'by' | 'without', labels: labels.map(({ text }) => text) };
  return { clause, next: close + 1 };
}

function argumentsOf(tokens: readonly Token[]): Token[][] {
  const parts: Token[][] = [[]];
  let depth = 0;
  for (const token of tokens) {
    if (token.kind === 'open') depth += 1;
    if (token.kind === 'close') depth -= 1;
    if (token.kind === 'comma' && depth === 0) parts.push([]);
    else parts[parts.length - 1].push(token);
  }
  return parts;
}

function selectorOf(tokens: readonly Token[]): VisualQuery | undefined {
  const hasName = tokens[0]?.kind === 'name';
  const open = hasName ? 1 : 0;
  if (tokens.length === 1 && hasName) return { metric: tokens[0].text, matchers: [], operations: [] };
  if (tokens[open]?.text !== '{' || closing(tokens, open) !== tokens.length - 1) return undefined;
  if (tokens.at(-1)?.text !== '}') return undefined;
  const { matchers, quotedName } = matchersOf(tokens.slice(open + 1, -1));
  return { metric: hasName ? tokens[0].text : (quotedName ?? ''), matchers, operations: [] };
}

export const matcherOperators: readonly MatcherOperator[] = ['=', '!=', '=~', '!~'];
