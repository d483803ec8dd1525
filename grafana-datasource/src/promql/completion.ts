import { matcherText } from './filters.ts';
import { promqlFunctions, promqlKeywords } from './functions.ts';
import { type LabelMatcher, matchersOf, selectorsOf } from './selectors.ts';
import { type Token, tokensOf, unquoted } from './tokens.ts';

/** What may be written at the cursor. `start` is where the word under the cursor begins. */
export type Situation =
  | { readonly kind: 'expression'; readonly start: number }
  | { readonly kind: 'label'; readonly start: number; readonly selector: string }
  | { readonly kind: 'value'; readonly start: number; readonly label: string; readonly selector: string }
  | { readonly kind: 'grouping'; readonly start: number; readonly selector: string }
  | { readonly kind: 'range'; readonly start: number }
  | { readonly kind: 'nothing'; readonly start: number };

const listWords = /^(by|without|on|ignoring|group_left|group_right)$/i;

/** Where the cursor is in an expression that may be half written. */
export function situationAt(expression: string, cursor: number): Situation {
  const tokens = tokensOf(expression).filter(({ start }) => start < cursor);
  const last = tokens.at(-1);
  const inside = last !== undefined && last.end >= cursor ? last : undefined;
  if (inside?.kind === 'comment') return { kind: 'nothing', start: cursor };
  const isString = inside?.kind === 'string' && !closesBefore(inside, cursor);
  const isWord = inside?.kind === 'name' || inside?.kind === 'duration' || inside?.kind === 'number';
  const start = isString ? inside.start + 1 : isWord ? inside.start : cursor;
  const before = isString || isWord ? tokens.slice(0, -1) : tokens;
  const open = openBracket(before);
  if (open === undefined) return isString ? { kind: 'nothing', start } : expressionOr(inside, start);
  const bracket = before[open];
  if (bracket.text === '[') return { kind: 'range', start };
  if (bracket.text === '{') return inBraces(before, open, isString, start);
  const word = before[open - 1];
  if (word?.kind === 'name' && listWords.test(word.text))
    return { kind: 'grouping', start, selector: groupedSelector(expression) };
  return isString ? { kind: 'nothing', start } : expressionOr(inside, start);
}

function expressionOr(inside: Token | undefined, start: number): Situation {
  return { kind: inside?.kind === 'number' ? 'nothing' : 'expression', start };
}

function closesBefore({ text, end }: Token, cursor: number): boolean {
  return end <= cursor && text.length > 1 && text.endsWith(text[0]);
}

function openBracket(tokens: readonly Token[]): number | undefined {
  let depth = 0;
  for (let i = tokens.length - 1; i >= 0; i--) {
    if (tokens[i].kind === 'close') depth += 1;
    if (tokens[i].kind === 'open') {
      if (depth === 0) return i;
      depth -= 1;
    }
  }
  return undefined;
}

function inBraces(before: readonly Token[], open: number, isString: boolean, start: number): Situation {
  const name = before[open - 1]?.kind === 'name' ? before[open - 1].text : undefined;
  const written = before.slice(open + 1);
  const operator = written.at(-1);
  const label = written.at(-2);
  const isValue = operator?.kind === 'operator' && label !== undefined;
  const finished = isValue ? written.slice(0, -2) : written;
  const { matchers, quotedName } = matchersOf(finished);
  const metric = name ?? quotedName;
  const selector = selectionText(metric, matchers);
  if (isValue && isString)
    return {
      kind: 'value',
      start,
      label: label.kind === 'string' ? unquoted(label.text) : label.text,
      selector,
    };
  if (isValue || isString) return { kind: 'nothing', start };
  return { kind: 'label', start, selector };
}

function selectionText(metric: string | undefined, matchers: readonly LabelMatcher[]): string {
  const named: LabelMatcher[] =
    metric === undefined ? [] : [{ name: '__name__', operator: '=', value: metric }];
  // A variable says nothing before it is replaced.
  const known = matchers.filter(({ value }) => !value.includes('$'));
  return `{${[...named, ...known].map(matcherText).join(', ')}}`;
}

function groupedSelector(expression: string): string {
  const [first] = selectorsOf(expression);
  return first === undefined ? '{}' : selectionText(first.metric, first.matchers);
}

export interface Completion {
  readonly label: string;
  readonly insert: string;
  readonly kind: 'metric' | 'function' | 'label' | 'value' | 'duration' | 'keyword' | 'variable';
  readonly detail: string;
  readonly documentation: string;
}

/** What completion asks the service. */
export interface CompletionSource {
  metrics(match?: string): Promise<readonly string[]>;
  labelNames(match?: string): Promise<readonly string[]>;
  labelValues(label: string, match?: string): Promise<readonly string[]>;
  /** Names of the dashboard's variables. */
  variables(): readonly string[];
  metadata(): Promise<
    Readonly<
      Record<string, ReadonlyArray<{ readonly type: string; readonly help: string; readonly unit: string }>>
    >
  >;
}

const METRICS_MAX = 2000;
const durations = ['$__rate_interval', '$__interval', '$__range', '1m', '5m', '10m', '30m', '1h', '6h', '1d'];

/** Completions for the situation, from what is stored now. */
export async function completionsFor(situation: Situation, source: CompletionSource): Promise<Completion[]> {
  const plain =
    (kind: Completion['kind']) =>
    (label: string): Completion => ({
      ...{ label, insert: label, kind, detail: '', documentation: '' },
    });
  const variables = source.variables().map((name) => plain('variable')(`$${name}`));
  switch (situation.kind) {
    case 'expression':
      return [
        ...(await metricCompletions(source)),
        ...functionCompletions(),
        ...promqlKeywords.map(plain('keyword')),
        ...variables,
      ];
    case 'label':
    case 'grouping':
      return [...(await source.labelNames(situation.selector)).map(plain('label')), ...variables];
    case 'value': {
      const values = await source.labelValues(situation.label, situation.selector);
      return [
        ...values.map((value) => ({ ...plain('value')(value), insert: value.replace(/["\\]/g, '\\$&') })),
        ...variables,
      ];
    }
    case 'range':
      return [...durations.map(plain('duration')), ...variables];
    case 'nothing':
      return [];
  }
}

async function metricCompletions(source: CompletionSource): Promise<Completion[]> {
  const [names, metadata] = await Promise.all([source.metrics(), source.metadata()]);
  return names.slice(0, METRICS_MAX).map((name) => {
    const entry = (metadata[name] ?? metadata[name.replace(/_(bucket|count|sum)$/, '')])?.[0];
    const detail = [entry?.type, entry?.unit].filter((text) => text).join(', ');
    return { label: name, insert: name, kind: 'metric', detail, documentation: entry?.help ?? '' };
  });
}

function functionCompletions(): Completion[] {
  return promqlFunctions.map(({ name, kind, about }) => ({
    ...{ label: name, insert: name, kind: 'function', detail: kind, documentation: about },
  }));
}
