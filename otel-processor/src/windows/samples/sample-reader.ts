import { type BucketCounts, NO_ROW, type Observations } from '../../math/index.ts';
import type { LabelSet } from '../../model/index.ts';
import type { Aggregate } from '../aggregates.ts';
import type { KeyTable } from '../key-table.ts';
import { labelNameOf } from '../label-name.ts';
import { SAMPLE_INCREASE, SAMPLE_VALUE } from '../view-source.ts';
import type { SampleColumns } from './sample-columns.ts';
import type { SampleSelector, SeriesRole } from './selector.ts';
import type { SeriesTable, ViewedSeries } from './series-table.ts';

/** Observations of samples: `items` are bounds of classic buckets where an aggregate reads buckets. */
export interface SampleObservations extends Observations {
  readonly buckets: ReadonlyArray<BucketCounts | undefined>;
}

/** What a view knows of a series, as long as the table says the same of its reference. */
interface ReadSeries {
  readonly series: ViewedSeries;
  /** Undefined for a series that is not the view's. */
  readonly role: SeriesRole | undefined;
  readonly values: readonly string[];
  keyId: number;
  /** Of the key table when `keyId` was found. */
  generation: number;
}

/** Turns the samples that are a view's into key ids and the columns that its aggregates read. */
export class SampleReader {
  keyIds = new Uint32Array(256);
  observations: readonly SampleObservations[] = [];
  readonly #selector: SampleSelector;
  readonly #where: ReadonlyArray<readonly [string, string]>;
  readonly #keys: KeyTable;
  readonly #aggregates: readonly Aggregate[];
  readonly #roles: ReadonlySet<SeriesRole>;
  #known: Array<ReadSeries | undefined> = [];
  #table: SeriesTable | undefined;

  constructor(
    selector: SampleSelector,
    where: Readonly<Record<string, string>>,
    keys: KeyTable,
    aggregates: readonly Aggregate[],
  ) {
    this.#selector = selector;
    this.#where = Object.entries(where);
    this.#keys = keys;
    this.#aggregates = aggregates;
    const roles = new Set<SeriesRole>(['value']);
    if (aggregates.some(({ readsBuckets }) => readsBuckets)) roles.add('bucket');
    if (aggregates.some(({ value }) => value === SAMPLE_INCREASE)) roles.add('count');
    this.#roles = roles;
  }

  /** What the series is to the view; undefined when it is not the view's. */
  roleOf(labels: LabelSet): SeriesRole | undefined {
    const role = this.#selector.roleOf(labels);
    if (role === undefined || !this.#roles.has(role)) return undefined;
    return this.#where.every(([name, value]) => labelValue(labels, name) === value) ? role : undefined;
  }

  /** Returns how many samples are the view's. */
  read(columns: SampleColumns, table: SeriesTable): number {
    const { count, refs } = columns;
    if (this.#table !== table) {
      this.#table = table;
      this.#known = [];
    }
    if (this.keyIds.length < count) this.keyIds = new Uint32Array(count * 2);
    let matched = 0;
    for (let row = 0; row < count; row++) {
      const known = this.#seriesAt(refs[row], table);
      if (known?.role === undefined) {
        this.keyIds[row] = NO_ROW;
        continue;
      }
      matched += 1;
      if (known.generation !== this.#keys.generation || known.keyId === 0) {
        known.keyId = this.#keys.intern(known.values);
        known.generation = this.#keys.generation;
      }
      this.keyIds[row] = known.keyId;
    }
    if (matched > 0)
      this.observations = this.#aggregates.map((aggregate) => this.#observe(aggregate, columns));
    return matched;
  }

  #seriesAt(ref: number, table: SeriesTable): ReadSeries | undefined {
    const series = table.get(ref);
    if (series === undefined) return undefined;
    const known = this.#known[ref];
    if (known?.series === series) return known;
    const { labels } = series;
    const values = this.#keys.names.map((name) => labelValue(labels, name) ?? '');
    const made = { series, role: this.roleOf(labels), values, keyId: 0, generation: -1 };
    this.#known[ref] = made;
    return made;
  }

  #observe({ value, item, readsBuckets }: Aggregate, columns: SampleColumns): SampleObservations {
    const { count, refs, timestampsMs, values, increases, histograms } = columns;
    const numbers = new Float64Array(count).fill(Number.NaN);
    const items = new Array<string | undefined>(count).fill(undefined);
    const buckets: Array<BucketCounts | undefined> = [];
    for (let row = 0; row < count; row++) {
      if (this.keyIds[row] === NO_ROW) continue;
      const { role, series } = this.#known[refs[row]]!;
      if (role === 'bucket') {
        if (!readsBuckets) continue;
        numbers[row] = increases[row];
        items[row] = series.labels.get('le');
      } else if (role === 'count') {
        if (value === SAMPLE_INCREASE) numbers[row] = increases[row];
      } else {
        if (value === SAMPLE_INCREASE) numbers[row] = increases[row];
        else if (value === SAMPLE_VALUE) numbers[row] = values[row];
        else if (value !== undefined) numbers[row] = Number(labelValue(series.labels, value) ?? Number.NaN);
        if (item !== undefined) items[row] = labelValue(series.labels, item);
        if (readsBuckets) buckets[row] = histograms.get(row)?.buckets;
      }
    }
    return { count, timestampsMs, values: numbers, items, buckets };
  }
}

/** A label by its own name, or by what OpenTelemetry calls it. */
function labelValue(labels: LabelSet, name: string): string | undefined {
  return labels.get(name) ?? labels.get(labelNameOf(name));
}
