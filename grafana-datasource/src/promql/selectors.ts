import { type Token, tokensOf, unquoted } from './tokens.ts';

export type MatcherOperator = '=' | '!=' | '=~' | '!~';

export interface LabelMatcher {
  readonly name: string;
  readonly operator: MatcherOperator;
  readonly value: string;
}

/** A vector selector within an expression. */
export interface Selector {
  readonly metric: string | undefined;
  readonly matchers: readonly LabelMatcher[];
  readonly start: number;
  /** Behind the closing brace, or behind the name where there is none. */
  readonly end: number;
  /** Where the opening brace is, undefined when there is none. */
  readonly brace: number | undefined;
}

const keywords = new Set([
  'and',
  'or',
  'unless',
  'atan2',
  'bool',
  'offset',
  'by',
  'without',
  'on',
  'ignoring',
  'group_left',
  'group_right',
  'inf',
  'nan',
]);
const beforeLabelList = new Set(['by', 'without', 'on', 'ignoring', 'group_left', 'group_right']);

/** Every vector selector of an expression, in order. Half-written expressions give those that are there. */
export function selectorsOf(expression: string): Selector[] {
  const tokens = tokensOf(expression).filter(({ kind }) => kind !== 'comment');
  const found: Selector[] = [];
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i] as Token;
    const next = tokens[i + 1];
    // Ranges and subqueries hold durations only.
    if (token.text === '[') i = closing(tokens, i);
    else if (token.kind === 'name') {
      const word = token.text.toLowerCase();
      if (beforeLabelList.has(word) && next?.text === '(') i = closing(tokens, i + 1);
      else if (!isMetric(tokens, i)) continue;
      else if (next?.text === '{') {
        const end = closing(tokens, i + 1);
        found.push(selector(token.text, tokens, token.start, i + 1, end));
        i = end;
      } else {
        found.push({
          metric: token.text,
          matchers: [],
          start: token.start,
          end: token.end,
          brace: undefined,
        });
      }
    } else if (token.text === '{') {
      const end = closing(tokens, i);
      found.push(selector(undefined, tokens, token.start, i, end));
      i = end;
    }
  }
  return found;
}

function isMetric(tokens: readonly Token[], i: number): boolean {
  const { text } = tokens[i] as Token;
  const next = tokens[i + 1];
  if (keywords.has(text.toLowerCase())) return false;
  // Functions and aggregations, also those whose labels come first.
  if (next?.text === '(') return false;
  return !(next?.kind === 'name' && /^(by|without)$/i.test(next.text));
}

/** Index of the token that closes the one at `open`; the last one when nothing does. */
export function closing(tokens: readonly Token[], open: number): number {
  let depth = 0;
  for (let i = open; i < tokens.length; i++) {
    if (tokens[i]?.kind === 'open') depth += 1;
    else if (tokens[i]?.kind === 'close') depth -= 1;
    if (depth === 0) return i;
  }
  return tokens.length - 1;
}

function selector(
  name: string | undefined,
  tokens: readonly Token[],
  start: number,
  open: number,
  close: number,
): Selector {
  const { matchers, quotedName } = matchersOf(tokens.slice(open + 1, close));
  const named = matchers.find((each) => each.name === '__name__' && each.operator === '=');
  return {
    metric: name ?? quotedName ?? named?.value,
    matchers,
    start,
    end: tokens[close]?.end ?? start,
    brace: tokens[open]?.start,
  };
}

/** Reads `a="b", c=~"d"`; a string alone is the metric's name. */
export function matchersOf(tokens: readonly Token[]): {
  readonly matchers: LabelMatcher[];
  readonly quotedName: string | undefined;
} {
  const matchers: LabelMatcher[] = [];
  let quotedName: string | undefined;
  for (let i = 0; i < tokens.length; i++) {
    const [name, operator, value] = [tokens[i], tokens[i + 1], tokens[i + 2]];
    if (name?.kind === 'string' && (operator === undefined || operator.kind === 'comma')) {
      quotedName = unquoted(name.text);
    } else if (isLabel(name) && operator !== undefined && value?.kind === 'string') {
      if (!/^(=|!=|=~|!~)$/.test(operator.text)) continue;
      matchers.push({
        name: name.kind === 'string' ? unquoted(name.text) : name.text,
        operator: operator.text as MatcherOperator,
        value: unquoted(value.text),
      });
      i += 2;
    }
  }
  return { matchers, quotedName };
}

function isLabel(token: Token | undefined): token is Token {
  return token !== undefined && (token.kind === 'name' || token.kind === 'string');
}
