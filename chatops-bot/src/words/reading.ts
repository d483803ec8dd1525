import { type Item, isFiller, type Modifiers } from './modifiers.ts';
import { alikeness, type Word } from './tokens.ts';
import type { IndexedMetric } from './vocabulary.ts';

/** Matches of one label: any of the values, or none of them. */
export interface Filter {
  readonly label: string;
  readonly negated: boolean;
  readonly values: readonly string[];
  /** Taken as a regular expression; else the values literally. */
  readonly pattern?: string;
}

/** A question as it reads when it is about this metric. */
export interface Reading {
  readonly metric: IndexedMetric;
  readonly score: number;
  readonly groupBy: readonly string[];
  readonly filters: readonly Filter[];
  /** Errors are meant, and told by the status code. */
  readonly errorCodes: Filter | null;
  /** The histogram's quantity is meant, not how often it was observed. */
  readonly wantsQuantity: boolean;
  readonly topPlural: boolean;
  /** After `per`: what to divide by. */
  readonly divideBy: readonly Word[];
  /** Words that could not be explained, as written. */
  readonly unexplained: readonly string[];
}

export function isHistogram({ kind }: IndexedMetric): boolean {
  return kind === 'histogram' || kind === 'native_histogram';
}

/** How badly this kind of metric fits to how it is asked for; 0: well. */
export function misfit(
  metric: IndexedMetric,
  { quantile, ratio, top }: Modifiers,
  hasErrorCodes: boolean,
  isGrouped: boolean,
): number {
  let points = 0;
  if (quantile !== null && !isHistogram(metric)) points += 3;
  if (ratio !== null && metric.kind === 'gauge') points += 1.5;
  if (ratio !== null && isHistogram(metric) && !hasErrorCodes) points += 1.5;
  if (top !== null && !isGrouped) points += 2;
  return points;
}

/** Whether the metric's description has the word, or one for the same thing. */
export function isInHelp({ helpStems }: IndexedMetric, stem: string): boolean {
  return helpStems.has(stem) || [...helpStems].some((each) => alikeness(each, stem) > 0.8);
}

/** Whether `except` or `not` stands before, with nothing between that was not taken. */
export function isNegated(items: readonly Item[], at: number, used: readonly boolean[]): boolean {
  for (let before = at - 1; before >= 0; before--) {
    const item = items[before];
    if (item.kind === 'not') return true;
    const isOpen = item.kind === 'word' && (isFiller(item.word) || used[before]);
    if (item.kind !== 'and' && !isOpen) return false;
  }
  return false;
}
