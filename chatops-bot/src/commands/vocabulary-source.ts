import type { QueryClient } from '@statbar/sdk/query';
import type { Labels, MetadataEntry } from '@statbar/sdk/wire';
import type { Clock, Counters } from '../base/index.ts';
import { indexOf, type Metric, type MetricKind, type VocabularyIndex } from '../words/index.ts';

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
  /** How long it is good for. */
  readonly keptMs: number;
  readonly timeoutMs: number;
  readonly valuesPerLabelMax: number;
}

export const defaultVocabularyOptions: VocabularyOptions = {
  seriesMax: 50_000,
  lookbackMs: 3_600_000,
  keptMs: 60_000,
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
  #known: Promise<VocabularyIndex> | undefined;
  #last: VocabularyIndex | undefined;
  #readAtMs = 0;

  constructor(ports: VocabularyPorts, options: VocabularyOptions = defaultVocabularyOptions) {
    this.#ports = ports;
    this.#options = options;
  }

  /** Rejects with an `ApiError`. */
  index(): Promise<VocabularyIndex> {
    const nowMs = this.#ports.clock.monotonicMs();
    if (this.#known === undefined || nowMs - this.#readAtMs > this.#options.keptMs) {
      this.#readAtMs = nowMs;
      const read = this.#read();
      this.#known = read;
      // A failure is not kept.
      read.catch(() => {
        if (this.#known === read) this.#known = undefined;
      });
    }
    return this.#known;
  }

  async #read(): Promise<VocabularyIndex> {
    const { query, clock, counters } = this.#ports;
    const { seriesMax, lookbackMs, timeoutMs, valuesPerLabelMax } = this.#options;
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
    const values = valuesOf(series, valuesPerLabelMax);
    this.#last = indexOf({ metrics: metricsOf(series, metadata), values }, this.#last);
    return this.#last;
  }
}

export function metricsOf(
  series: readonly Labels[],
  metadata: Readonly<Record<string, readonly MetadataEntry[]>>,
): Metric[] {
  const labels = new Map<string, Set<string>>();
  const names = new Set(series.map((each) => each['__name__'] ?? ''));
  for (const each of series) {
    const name = familyOf(each['__name__'] ?? '', names);
    if (name === '' || hidden.test(name)) continue;
    const own = labels.get(name) ?? new Set<string>();
    labels.set(name, own);
    for (const label of Object.keys(each)) if (label !== '__name__' && label !== 'le') own.add(label);
  }
  return [...labels].map(([name, own]) => {
    const entry = metadata[name]?.at(0) ?? metadata[name.replace(/_total$/, '')]?.at(0);
    return {
      name,
      kind: kindOf(name, names, entry?.type ?? ''),
      help: entry?.help ?? '',
      labels: [...own].sort(),
    };
  });
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

function valuesOf(series: readonly Labels[], perLabelMax: number): Map<string, readonly string[]> {
  const values = new Map<string, Set<string>>();
  for (const each of series) {
    for (const [label, value] of Object.entries(each)) {
      if (label === '__name__' || label === 'le' || value === '') continue;
      const own = values.get(label) ?? new Set<string>();
      values.set(label, own);
      if (own.size < perLabelMax) own.add(value);
    }
  }
  return new Map([...values].map(([label, own]) => [label, [...own]]));
}
