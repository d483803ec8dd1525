import type { QueryClient } from '@statbar/sdk/query';
import type { Labels, MetadataEntry } from '@statbar/sdk/wire';
import { type Clock, type Counters, inSlices, type Steps } from '../base/index.ts';
import { indexSteps, type Metric, type MetricKind, type VocabularyIndex } from '../words/index.ts';

export interface VocabularyPorts {
  readonly query: Pick<QueryClient, 'series' | 'metadata'>;
  readonly clock: Clock;
  readonly counters: Counters;
}

export interface VocabularyOptions {
  /** Series that are looked at for names, labels and values. */
  readonly seriesMax: number;
  /** Series that had samples so lately. */
  readonly lookbackMs: number;
  /** How long it is good for, and how long it is better than waiting for the next. */
  readonly keptMs: number;
  readonly servedMs: number;
  readonly timeoutMs: number;
  readonly valuesPerLabelMax: number;
}

export const defaultVocabularyOptions: VocabularyOptions = {
  seriesMax: 50_000,
  lookbackMs: 3_600_000,
  keptMs: 60_000,
  servedMs: 300_000,
  timeoutMs: 10_000,
  valuesPerLabelMax: 2000,
};

/** Derived series that are drawn beside their signal, and bookkeeping. */
const hidden =
  /(:(anomaly_score|expected|lower|upper|forecast)|_created)$|^(ALERTS|ALERTS_FOR_STATE|target_info)$|^scrape_/;

/** What there is to ask about, as the service has it now. */
export class VocabularySource {
  readonly #ports: VocabularyPorts;
  readonly #options: VocabularyOptions;
  #last: { readonly index: VocabularyIndex; readonly atMs: number } | undefined;
  #reading: Promise<VocabularyIndex> | undefined;

  constructor(ports: VocabularyPorts, options: VocabularyOptions = defaultVocabularyOptions) {
    this.#ports = ports;
    this.#options = options;
  }

  /** The one that is there serves until the next is, unless it is very old. Rejects with an `ApiError`. */
  async index(): Promise<VocabularyIndex> {
    const { clock, counters } = this.#ports;
    const last = this.#last;
    const ageMs = last === undefined ? Number.POSITIVE_INFINITY : clock.monotonicMs() - last.atMs;
    if (last !== undefined && ageMs <= this.#options.keptMs) return last.index;
    // A failure is not kept: the next question tries again.
    this.#reading ??= this.#read().finally(() => {
      this.#reading = undefined;
    });
    if (last === undefined || ageMs > this.#options.servedMs) return this.#reading;
    this.#reading.catch(() => counters.add('statbar_chat_vocabulary_failures_total', 'served_an_old_one'));
    return last.index;
  }

  async #read(): Promise<VocabularyIndex> {
    const { query, clock, counters } = this.#ports;
    const { seriesMax, lookbackMs, timeoutMs, valuesPerLabelMax } = this.#options;
    const atMs = clock.monotonicMs();
    const toMs = clock.nowMs();
    const [series, metadata] = await Promise.all([
      query.series({
        match: ['{__name__!=""}'],
        fromMs: toMs - lookbackMs,
        toMs,
        limit: seriesMax,
        signal: AbortSignal.timeout(timeoutMs),
      }),
      query.metadata(),
    ]);
    if (series.length >= seriesMax) counters.add('statbar_chat_limit_total', 'vocabulary_series');
    const index = await inSlices(this.#steps(series, metadata, valuesPerLabelMax), clock);
    this.#last = { index, atMs };
    return index;
  }

  *#steps(series: readonly Labels[], metadata: Metadata, valuesPerLabelMax: number): Steps<VocabularyIndex> {
    const values = yield* valuesOf(series, valuesPerLabelMax);
    const metrics = yield* metricsOf(series, metadata);
    return yield* indexSteps({ metrics, values }, this.#last?.index);
  }
}

type Metadata = Readonly<Record<string, readonly MetadataEntry[]>>;

/** Series in one step. */
const STEP = 256;

function* metricsOf(series: readonly Labels[], metadata: Metadata): Steps<Metric[]> {
  const labels = new Map<string, Set<string>>();
  const names = new Set<string>();
  for (const each of series) names.add(each['__name__'] ?? '');
  for (const [at, each] of series.entries()) {
    if (at % STEP === 0) yield;
    const name = familyOf(each['__name__'] ?? '', names);
    if (name === '' || hidden.test(name)) continue;
    const own = labels.get(name) ?? new Set<string>();
    labels.set(name, own);
    for (const label of Object.keys(each)) if (label !== '__name__' && label !== 'le') own.add(label);
  }
  const metrics: Metric[] = [];
  for (const [name, own] of labels) {
    const entry = metadata[name]?.at(0) ?? metadata[name.replace(/_total$/, '')]?.at(0);
    const kind = kindOf(name, names, entry?.type ?? '');
    const count = metrics.push({ name, kind, help: entry?.help ?? '', labels: [...own].sort() });
    if (count % STEP === 0) yield;
  }
  return metrics;
}

/** Of a classic histogram's series its name without the suffix. */
function familyOf(name: string, names: ReadonlySet<string>): string {
  const base = name.replace(/_(bucket|sum|count)$/, '');
  return base !== name && names.has(`${base}_bucket`) ? base : name;
}

function kindOf(name: string, names: ReadonlySet<string>, type: string): MetricKind {
  if (names.has(`${name}_bucket`)) return 'histogram';
  if (type === 'histogram') return 'native_histogram';
  return type === 'counter' || /_total$/.test(name) ? 'counter' : 'gauge';
}

function* valuesOf(series: readonly Labels[], perLabelMax: number): Steps<Map<string, readonly string[]>> {
  const values = new Map<string, Set<string>>();
  for (const [at, each] of series.entries()) {
    if (at % STEP === 0) yield;
    for (const [label, value] of Object.entries(each)) {
      if (label === '__name__' || label === 'le' || value === '') continue;
      const own = values.get(label) ?? new Set<string>();
      values.set(label, own);
      if (own.size < perLabelMax) own.add(value);
    }
  }
  return new Map([...values].map(([label, own]) => [label, [...own]]));
}
