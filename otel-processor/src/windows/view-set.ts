import { ByteReader, ByteWriter, type Logger } from '../base/index.ts';
import { EventBatch, type LabelSet } from '../model/index.ts';
import type { ViewConfig } from './config.ts';
import { addResult, type Follower, followersAmong } from './follower.ts';
import { Ratio } from './ratio.ts';
import { type SampleRecord, SeriesTable, takeRecord } from './samples/index.ts';
import type { Steps } from './steps.ts';
import { View } from './view.ts';
import { gives, isCorrected } from './view-source.ts';
import type { LateEvent, ViewOrigin, ViewResult, ViewStatus } from './view-types.ts';

export interface ViewSetPorts {
  readonly logger: Logger;
  nowMs(): number;
  emit(result: ViewResult): void;
  tooLate(event: LateEvent): void;
  /** Samples of metrics that no view took: seen before, or older than is remembered of their series. */
  samplesLeft?(repeatedCount: number, tooOldCount: number): void;
  /** A ratio gave up a window because too many waited for their other half. */
  ratioGaveUp?(): void;
}

const STATE_VERSION = 3;

/** All views of a tenant. The state depends on the calls and their arguments only, so that a replay repeats it. */
export class ViewSet {
  /** In the order of the configuration, without those that are computed over what is stored. */
  #views: View[];
  readonly #absent = new Map<string, ViewOrigin>();
  readonly #ratios: Ratio[];
  /** Views over other views, each with the results that it has yet to take. */
  readonly #followers: Follower[];
  /** Series of metrics that views read. */
  readonly table = new SeriesTable();
  /** Detached views. */
  readonly #coming: View[] = [];
  readonly #configs: readonly ViewConfig[];
  readonly #ports: ViewSetPorts;

  constructor(configs: readonly ViewConfig[], ports: ViewSetPorts) {
    this.#configs = configs;
    this.#ports = ports;
    this.#ratios = configs.flatMap(({ name, ratio }) => {
      if (ratio === undefined) return [];
      const corrected = configs.some((config) => ratio.includes(config.name) && isCorrected(config));
      const emit = (result: ViewResult): void => ports.emit(result);
      return [new Ratio(name, ratio, { corrected, emit, gaveUp: () => ports.ratioGaveUp?.() })];
    });
    this.#views = configs.flatMap((config) => (config.ratio === undefined ? [this.#create(config)] : []));
    this.#followers = followersAmong(configs);
  }

  /** Takes a batch at processing time `nowMs`. */
  consume(batch: EventBatch, nowMs: number): void {
    // What the clock closes before this batch is closed first, whether or not anybody looked in between.
    this.advance(nowMs);
    const newest = newestBy(batch.count, batch.timestampsMs, (row) => batch.sources[row]);
    for (const view of this.#views) {
      if (view.source.kind !== 'events') continue;
      view.consume(batch);
      for (const [source, newestMs] of newest) view.observe(source, newestMs, nowMs);
      view.advance(nowMs);
    }
    this.#settle(nowMs);
  }

  /** The same for a record of samples. */
  consumeSamples(record: SampleRecord, nowMs: number): void {
    this.advance(nowMs);
    const { table } = this;
    const columns = takeRecord(record, table);
    const { count, refs, timestampsMs, repeatedCount, tooOldCount } = columns;
    if (repeatedCount + tooOldCount > 0) this.#ports.samplesLeft?.(repeatedCount, tooOldCount);
    const newest = newestBy(count, timestampsMs, (row) => table.get(refs[row])!.source);
    for (const view of this.#views) {
      if (view.source.kind !== 'metric') continue;
      view.consumeSamples(columns, table);
      for (const [source, newestMs] of newest) view.observe(source, newestMs, nowMs);
      view.advance(nowMs);
    }
    this.#settle(nowMs);
  }

  /** Whether any view reads the series. Results of views are not read by their names: that may have no end. */
  wants(labels: LabelSet): boolean {
    const { metricName } = labels;
    if (this.#configs.some((config) => gives(config, metricName))) return false;
    return this.#views.some((view) => view.wants(labels)) || this.#coming.some((view) => view.wants(labels));
  }

  get hasMetricViews(): boolean {
    return [...this.#views, ...this.#coming].some(({ source }) => source.kind === 'metric');
  }

  /** The views that are to be computed over what is stored before they are put in. */
  absent(): ReadonlyArray<readonly [config: ViewConfig, origin: ViewOrigin]> {
    return this.#configs.flatMap((config) => {
      const origin = this.#absent.get(config.name);
      return origin === undefined ? [] : [[config, origin] as const];
    });
  }

  /** An absent view; its results go to `emit` until it is put in by `install`, later ones where all go. */
  detached(config: ViewConfig, origin: ViewOrigin, emit: (result: ViewResult) => void): View {
    const view: View = new View(
      config,
      {
        emit: (result) => (this.#views.includes(view) ? this.#emitted(result) : emit(result)),
        tooLate: (event) => {
          if (this.#views.includes(view)) this.#ports.tooLate(event);
        },
      },
      this.#ports.nowMs(),
      origin,
    );
    view.isQuiet = true;
    this.#coming.push(view);
    return view;
  }

  /** Puts a detached view in; from the next call on it takes what the others take. */
  install(view: View): void {
    view.isQuiet = false;
    this.#absent.delete(view.config.name);
    this.#coming.splice(this.#coming.indexOf(view), 1);
    const place = (each: View): number => this.#configs.indexOf(each.config);
    this.#views = [...this.#views, view].sort((a, b) => place(a) - place(b));
  }

  /** Lets the clock move. Returns whether any watermark did. */
  advance(nowMs: number): boolean {
    let moved = false;
    for (const view of this.#views) {
      if (view.source.kind === 'view') continue;
      const beforeMs = view.watermarkMs;
      view.advance(nowMs);
      moved ||= view.watermarkMs !== beforeMs;
    }
    this.#follow(nowMs);
    if (moved) this.#forgetHalves();
    return moved;
  }

  status(): ViewStatus[] {
    return this.#views.map((view) => view.status());
  }

  has(name: string): boolean {
    return this.#configs.some((config) => config.name === name);
  }

  /** The whole state. Nothing may change between the steps. */
  *encode(writer: ByteWriter): Steps {
    writer.uvarint(STATE_VERSION);
    yield* this.table.encode(writer);
    const named = [
      this.#views.map((view) => ({ name: view.config.name, part: view })),
      this.#ratios.map((ratio) => ({ name: ratio.name, part: ratio })),
    ];
    const bytes = new ByteWriter(64 * 1024);
    for (const parts of named) {
      writer.uvarint(parts.length);
      for (const { name, part } of parts) {
        bytes.clear();
        yield* part.encode(bytes);
        writer.string(name);
        writer.uvarint(bytes.length);
        writer.raw(bytes.view());
        yield;
      }
    }
  }

  /**
   * Into new views, without a state when there was none. A view whose configuration changed, or is new, starts anew
   * and says so; if it is to be computed over what is stored, it is absent until then.
   */
  decode(reader: ByteReader | undefined): void {
    const known = new Set<string>();
    if (reader !== undefined && this.#isReadable(reader)) {
      this.table.decode(reader);
      for (let left = reader.uvarint(); left > 0; left--) {
        const name = reader.string();
        this.#decodeView(name, reader.raw(reader.uvarint()));
        known.add(name);
      }
      for (let left = reader.uvarint(); left > 0; left--) {
        const name = reader.string();
        const bytes = reader.raw(reader.uvarint());
        this.#ratios.find((ratio) => ratio.name === name)?.decode(new ByteReader(bytes));
      }
    }
    for (const { config, origin } of this.#views) {
      if (!known.has(config.name)) {
        this.#ports.logger.info('a view is new and starts empty', { view: config.name });
      }
      if (origin !== 'restored' && config.backfill > 0) this.#absent.set(config.name, origin);
    }
    this.#views = this.#views.filter(({ config }) => !this.#absent.has(config.name));
  }

  #isReadable(reader: ByteReader): boolean {
    const version = reader.uvarint();
    if (version === STATE_VERSION) return true;
    this.#ports.logger.warn('the state of the views is in another version of the format; they start anew', {
      version,
    });
    return false;
  }

  #decodeView(name: string, bytes: Uint8Array): void {
    const at = this.#views.findIndex((view) => view.config.name === name);
    if (at < 0) {
      this.#ports.logger.info('a view was removed; its state is dropped', { view: name });
      return;
    }
    if (this.#views[at].decode(bytes)) return;
    this.#ports.logger.warn('a view changed and starts anew', { view: name });
    this.#views[at] = this.#create(this.#views[at].config, 'changed');
  }

  #settle(nowMs: number): void {
    this.#follow(nowMs);
    this.#forgetHalves();
  }

  /** Hands results on to the views over them, which come later in the configuration than what they are over. */
  #follow(nowMs: number): void {
    for (const follower of this.#followers) {
      const { name, of, results } = follower;
      const view = this.#view(name);
      const source = this.#view(of);
      if (view === undefined || source === undefined) continue;
      if (results.count > 0) {
        follower.results = new EventBatch();
        view.consume(results);
      }
      view.follow(source.finalUntilMs, nowMs);
    }
  }

  #view(name: string): View | undefined {
    return this.#views.find(({ config }) => config.name === name);
  }

  #emitted(result: ViewResult): void {
    this.#ports.emit(result);
    for (const ratio of this.#ratios) ratio.take(result);
    if (!result.isFinal) return;
    for (const { of, series, results } of this.#followers) {
      if (of === result.view) addResult(result, series, results);
    }
  }

  #forgetHalves(): void {
    for (const ratio of this.#ratios) {
      const both = this.#views.filter(({ config }) => ratio.parts.includes(config.name));
      ratio.forget(Math.min(...both.map((view) => view.finalUntilMs)));
    }
  }

  #create(config: ViewConfig, origin?: ViewOrigin): View {
    return new View(
      config,
      {
        emit: (result) => this.#emitted(result),
        tooLate: (event) => this.#ports.tooLate(event),
      },
      this.#ports.nowMs(),
      origin,
    );
  }
}

/** The newest time of each source. */
export function newestBy(
  count: number,
  timestampsMs: Float64Array,
  sourceAt: (row: number) => string,
): ReadonlyMap<string, number> {
  const newest = new Map<string, number>();
  for (let row = 0; row < count; row++) {
    const source = sourceAt(row);
    const known = newest.get(source);
    if (known === undefined || timestampsMs[row] > known) newest.set(source, timestampsMs[row]);
  }
  return newest;
}
