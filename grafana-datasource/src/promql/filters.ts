import type { AdHocVariableFilter } from '@grafana/data';
import { closing, type LabelMatcher, matchersOf, type Selector, selectorsOf } from './selectors.ts';
import { quoted, type Token, tokensOf } from './tokens.ts';

export function matcherText({ name, operator, value }: LabelMatcher): string {
  return `${/^[a-zA-Z_]\w*$/.test(name) ? name : quoted(name)}${operator}${quoted(value)}`;
}

/** A dashboard's filter as a matcher; undefined for operators that labels do not have. */
export function matcherOf({ key, operator, value, values }: AdHocVariableFilter): LabelMatcher | undefined {
  const alternatives = (values === undefined || values.length === 0 ? [value] : values).map(escapeRegex);
  switch (operator) {
    case '=':
    case '!=':
    case '=~':
    case '!~':
      return { name: key, operator, value };
    case '=|':
      return { name: key, operator: '=~', value: alternatives.join('|') };
    case '!=|':
      return { name: key, operator: '!~', value: alternatives.join('|') };
    default:
      return undefined;
  }
}

export function escapeRegex(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}

/** Adds matchers to every selector of an expression; those it has already are not repeated. Nothing else changes. */
export function addMatchers(expression: string, matchers: readonly LabelMatcher[]): string {
  let text = expression;
  // From the end, so that positions before stay right.
  for (const selector of selectorsOf(expression).reverse()) {
    const missing = matchers.filter((matcher) => !has(selector, matcher));
    if (missing.length === 0) continue;
    const added = missing.map(matcherText).join(', ');
    if (selector.brace === undefined) {
      text = `${text.slice(0, selector.end)}{${added}}${text.slice(selector.end)}`;
      continue;
    }
    const close = selector.end - 1;
    const inner = text.slice(selector.brace + 1, close);
    const comma = inner.trim() === '' ? '' : /,\s*$/.test(inner) ? ' ' : ', ';
    text = `${text.slice(0, close)}${comma}${added}${text.slice(close)}`;
  }
  return text;
}

function has(selector: Selector, { name, operator, value }: LabelMatcher): boolean {
  return selector.matchers.some(
    (each) => each.name === name && each.operator === operator && each.value === value,
  );
}

/** Matchers as they are written between a selector's braces. */
export function parseMatchers(text: string): readonly LabelMatcher[] {
  return matchersOf(tokensOf(text)).matchers;
}

/** Whether a label set has what all matchers ask for; labels that are missing are empty. */
export function matchesAll(
  labels: Readonly<Record<string, string>>,
  matchers: readonly LabelMatcher[],
): boolean {
  return matchers.every(({ name, operator, value }) => {
    const own = labels[name] ?? '';
    if (operator === '=' || operator === '!=') return (own === value) === (operator === '=');
    return wholly(value).test(own) === (operator === '=~');
  });
}

/** As matchers are meant: of the whole text. One that the browser cannot read matches nothing. */
function wholly(pattern: string): RegExp {
  try {
    return new RegExp(`^(?:${pattern})$`, 's');
  } catch {
    return /$^/;
  }
}

const aggregations =
  /^(sum|avg|min|max|count|group|stddev|stdvar|topk|bottomk|quantile|count_values|limitk)$/;

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Keeps these labels in every aggregation of an expression that drops some: what a dashboard's "group by" asks for. */
export function addGrouping(expression: string, labels: readonly string[]): string {
  if (labels.length === 0) return expression;
  const tokens = tokensOf(expression).filter(({ kind }) => kind !== 'comment');
  const edits: Edit[] = [];
  tokens.forEach((token, i) => {
    if (token.kind !== 'name' || !aggregations.test(token.text)) return;
    const edit = groupingEdit(tokens, i, labels);
    if (edit !== undefined) edits.push(edit);
  });
  let text = expression;
  for (const edit of edits.sort((a, b) => b.start - a.start))
    text = `${text.slice(0, edit.start)}${edit.text}${text.slice(edit.end)}`;
  return text;
}

function groupingEdit(tokens: readonly Token[], i: number, labels: readonly string[]): Edit | undefined {
  const clause = clauseOf(tokens, i);
  if (clause === undefined) {
    const open = tokens[i + 1];
    if (open?.text !== '(') return undefined;
    return { start: (tokens[i] as Token).end, end: open.start, text: ` by (${labels.join(', ')}) ` };
  }
  const list = tokens.slice(clause.open + 1, clause.close).filter(({ kind }) => kind === 'name');
  const named = list.map((each) => each.text);
  const wanted = clause.isBy
    ? [...named, ...labels.filter((label) => !named.includes(label))]
    : named.filter((label) => !labels.includes(label));
  const [open, close] = [tokens[clause.open] as Token, tokens[clause.close] as Token];
  return { start: open.end, end: close.start, text: wanted.join(', ') };
}

interface Clause {
  readonly isBy: boolean;
  readonly open: number;
  readonly close: number;
}

/** `by (...)` or `without (...)`, before an aggregation's argument or behind it. */
function clauseOf(tokens: readonly Token[], aggregation: number): Clause | undefined {
  const at = (i: number): Clause | undefined => {
    const word = tokens[i];
    if (word?.kind !== 'name' || !/^(by|without)$/i.test(word.text) || tokens[i + 1]?.text !== '(')
      return undefined;
    return { isBy: /^by$/i.test(word.text), open: i + 1, close: closing(tokens, i + 1) };
  };
  const before = at(aggregation + 1);
  if (before !== undefined) return before;
  if (tokens[aggregation + 1]?.text !== '(') return undefined;
  return at(closing(tokens, aggregation + 1) + 1);
}
