import {
  type DataFrame,
  DataFrameType,
  type Field,
  type FieldConfig,
  FieldType,
  type QueryResultMetaNotice,
} from '@grafana/data';
import { labelsKey, type SeriesColumns } from '../frames/columns.ts';
import { seriesName } from '../frames/names.ts';
import { configOf, type SeriesFrameOptions, timeField } from '../frames/series-frames.ts';

interface LiveSeries {
  readonly labels: Record<string, string>;
  /** The same object in every frame, so that nobody takes a frame with more rows for one of another structure. */
  readonly config: FieldConfig;
  /**
   * Grown by numbers one after the other, and by null only where one is missing: the engine then keeps plain numbers, which
   * are copied as one block and read without a look behind a pointer each. A column that was once filled with null never is.
   */
  readonly values: (number | null)[];
}

/** Grafana copies the links of each series whenever a result comes: of more series that takes longer than a frame. */
const LINKED_SERIES_MAX = 200;

/** At most so many steps are kept, however long the range is. */
const STEPS_MAX = 11_000;

/**
 * What a live query has so far: one column of times, one of values for each series. Series keep their place when a
 * result lacks them, so that lines neither change colour nor flicker.
 */
export class LiveBuffer {
  #timesMs: number[] = [];
  readonly #series = new Map<string, LiveSeries>();
  /** The series of the result before, in its order: the next result mostly has the same. */
  readonly #order: LiveSeries[] = [];
  readonly #windowMs: number;
  readonly #options: SeriesFrameOptions;

  constructor(windowMs: number, options: SeriesFrameOptions) {
    this.#windowMs = windowMs;
    this.#options = options;
  }

  get lastMs(): number | undefined {
    return this.#timesMs.at(-1);
  }

  /** Puts in what a range query found, at whatever times; values that are there already are replaced. */
  insert(series: readonly SeriesColumns[]): void {
    const timesMs = [...new Set([...this.#timesMs, ...series.flatMap((each) => each.timesMs)])].sort(
      (a, b) => a - b,
    );
    const positions = new Map(timesMs.map((timeMs, i) => [timeMs, i]));
    const before = this.#timesMs;
    this.#timesMs = timesMs;
    const rows = new Float64Array(timesMs.length);
    const isKnown = new Uint8Array(timesMs.length);
    const put = (times: readonly number[], values: readonly (number | null)[]): void => {
      for (let i = 0; i < times.length; i++) {
        const row = positions.get(times[i] as number) as number;
        const value = values[i] ?? null;
        isKnown[row] = value === null ? 0 : 1;
        rows[row] = value ?? 0;
      }
    };
    const found = new Map(series.map((each) => [this.#seriesOf(each.labels), each]));
    for (const [key, known] of this.#series) {
      isKnown.fill(0);
      put(before, known.values);
      const added = found.get(known);
      if (added !== undefined) put(added.timesMs, added.values);
      this.#series.set(key, { ...known, values: columnOf(rows, isKnown) });
    }
    this.#order.length = 0;
    this.#trim();
  }

  /** Adds the result of one moment. Moments that are there already are replaced; older ones are left out. */
  append(timeMs: number, result: readonly SeriesColumns[]): void {
    const last = this.lastMs;
    if (last !== undefined && timeMs < last) return;
    if (last === undefined || timeMs > last) this.#timesMs.push(timeMs);
    const row = this.#timesMs.length - 1;
    result.forEach(({ labels, values }, i) => {
      const before = this.#order[i];
      const series =
        before !== undefined && sameLabels(before.labels, labels) ? before : this.#seriesOf(labels);
      this.#order[i] = series;
      while (series.values.length < row) series.values.push(null);
      series.values[row] = values[0] ?? null;
    });
    for (const { values } of this.#series.values()) if (values.length === row) values.push(null);
    this.#trim();
  }

  /** A frame of its own (`timeseries-wide`): what comes later does not change it. */
  frame(notices: readonly QueryResultMetaNotice[] = []): DataFrame {
    const { refId, expression, stepMs } = this.#options;
    return {
      refId,
      meta: {
        type: DataFrameType.TimeSeriesWide,
        typeVersion: [0, 1],
        executedQueryString: expression,
        preferredVisualisationType: 'graph',
        ...(notices.length === 0 ? {} : { notices: [...notices] }),
      },
      fields: [
        timeField(this.#timesMs.slice(), stepMs),
        ...[...this.#series.values()].map(
          ({ labels, config, values }): Field => ({
            ...{ name: labels['__name__'] ?? 'Value', type: FieldType.number, config, labels },
            values: values.slice(),
          }),
        ),
      ],
      length: this.#timesMs.length,
    };
  }

  #seriesOf(labels: SeriesColumns['labels']): LiveSeries {
    const key = labelsKey(labels);
    const known = this.#series.get(key);
    if (known !== undefined) return known;
    const { legend, expression, unit, linksOf } = this.#options;
    const links = this.#series.size < LINKED_SERIES_MAX ? (linksOf?.(labels) ?? []) : [];
    const config = configOf(seriesName(labels, legend, expression), { unit, links });
    const values: (number | null)[] = [];
    const series = { labels: { ...labels }, config, values };
    this.#series.set(key, series);
    return series;
  }

  #trim(): void {
    const last = this.lastMs;
    if (last === undefined) return;
    const oldest = last - this.#windowMs;
    let gone = Math.max(0, this.#timesMs.length - STEPS_MAX);
    while ((this.#timesMs[gone] as number) < oldest) gone += 1;
    if (gone === 0) return;
    this.#timesMs.splice(0, gone);
    for (const [key, { values }] of this.#series) {
      values.splice(0, gone);
      // A series that has left the window altogether makes room.
      if (values.every((value) => value === null)) {
        this.#series.delete(key);
        this.#order.length = 0;
      }
    }
  }
}

function columnOf(values: Float64Array, isKnown: Uint8Array): (number | null)[] {
  const column: (number | null)[] = [];
  for (let i = 0; i < values.length; i++) column.push(isKnown[i] === 1 ? (values[i] as number) : null);
  return column;
}

function sameLabels(a: SeriesColumns['labels'], b: SeriesColumns['labels']): boolean {
  let count = 0;
  for (const name in b) {
    if (a[name] !== b[name]) return false;
    count += 1;
  }
  for (const _name in a) count -= 1;
  return count === 0;
}
