import type { ViewConfig } from './config.ts';
import type { ResultKind } from './operator-types.ts';

/** Where a view's input comes from. */
export type ViewSource =
  /** Events whose names are like one of these. */
  | { readonly kind: 'events'; readonly patterns: readonly string[] }
  /** Samples of the metric that this selector chooses. */
  | { readonly kind: 'metric'; readonly selector: string }
  /** Final results of another view: the series of this name. */
  | { readonly kind: 'view'; readonly series: string };

export type SourceConfig = Pick<ViewConfig, 'from' | 'of' | 'aggregate'>;

/** The attribute that stands for a sample's own number. */
export const SAMPLE_VALUE = 'value';
/** The attribute that stands for what a counter rose by since the sample before. */
export const SAMPLE_INCREASE = 'increase';

/**
 * Tells events from metrics. `{ metric: ... }` and `{ event: ... }` say it; braces make a selector; and a plain name
 * is a metric's when a statistic is `of: value` or is `increase`, which only samples have.
 */
export function sourceOf({ from, of, aggregate }: SourceConfig): ViewSource {
  if (of !== undefined) return { kind: 'view', series: of };
  if (from === undefined) return { kind: 'events', patterns: [] };
  if (typeof from === 'object' && 'metric' in from) return { kind: 'metric', selector: from.metric };
  if (typeof from === 'object' && 'event' in from) return { kind: 'events', patterns: listOf(from.event) };
  if (typeof from !== 'string') return { kind: 'events', patterns: from };
  if (from.includes('{')) return { kind: 'metric', selector: from };
  const isMetric = !from.includes('*') && readsSamples(aggregate);
  return isMetric ? { kind: 'metric', selector: from } : { kind: 'events', patterns: [from] };
}

function listOf(names: string | readonly string[]): readonly string[] {
  return typeof names === 'string' ? [names] : names;
}

function readsSamples(aggregate: ViewConfig['aggregate']): boolean {
  if (aggregate.increase !== undefined) return true;
  return Object.values(aggregate).some(
    (parameters) => parameters !== undefined && 'of' in parameters && parameters.of === SAMPLE_VALUE,
  );
}

/** Whether the view's input has numbers of its own (`value`), as samples and results have, and no event name. */
export function isNumeric(source: ViewSource): boolean {
  return source.kind !== 'events';
}

/** Event names of a view; none when its input is not events. */
export function patternsOf(view: SourceConfig): readonly string[] {
  const source = sourceOf(view);
  return source.kind === 'events' ? source.patterns : [];
}

/** What the names of settled results end in, where others were stored before them. */
const FINAL_SUFFIX = ':final';

/** Whether results on time may be corrected, so that final ones are stored apart: a sample is not overwritten. */
export function isCorrected({ guarantee, window }: Pick<ViewConfig, 'guarantee' | 'window'>): boolean {
  return guarantee === 'fast' && window.session === undefined && window.lateness > 0;
}

/** Under which names a result is stored, by what is added to the series' own. */
export function storedAs(kind: ResultKind, corrected: boolean, wasOnTime: boolean): readonly string[] {
  if (kind === 'on_time') return plain;
  if (kind !== 'final') return none;
  if (!corrected) return plain;
  return wasOnTime ? settled : both;
}

const none: readonly string[] = [];
const plain = [''];
const settled = [FINAL_SUFFIX];
const both = ['', FINAL_SUFFIX];

/** Whether a series of this name may be among the results of a view. */
export function gives({ name }: { readonly name: string }, series: string | undefined): boolean {
  return series === name || series === `${name}_bucket` || series?.startsWith(`${name}:`) === true;
}
