import { assert, ByteReader, type ByteWriter, isFault } from '../base/index.ts';
import type { EventBatch, LabelSet, Matcher } from '../model/index.ts';
import { type Aggregate, aggregatesOf } from './aggregates.ts';
import type { ViewConfig } from './config.ts';
import { EventReader, textOf } from './event-reader.ts';
import { KeyTable } from './key-table.ts';
import { WindowOperator } from './operator.ts';
import type { WindowResult } from './operator-types.ts';
import {
  parseSampleSelector,
  type SampleColumns,
  SampleReader,
  type SampleSelector,
  type SeriesTable,
} from './samples/index.ts';
import { SessionOperator } from './sessions.ts';
import type { Steps } from './steps.ts';
import { isCorrected, patternsOf, sourceOf, storedAs, type ViewSource } from './view-source.ts';
import type { ViewOrigin, ViewPorts, ViewStatus } from './view-types.ts';
import { WatermarkTracker } from './watermark.ts';
import { windowShape } from './window-shape.ts';

/** Sources whose watermarks are followed apart, per view. */
const SOURCES_MAX = 1024;
const CHECKPOINT_VERSION = 2;

/** One view over events: configuration, windows, watermark. Needs no clock; times are passed in. */
export class View {
  readonly config: ViewConfig;
  readonly #ports: ViewPorts;
  readonly #aggregates: readonly Aggregate[];
  readonly #names: readonly string[];
  readonly #keys: KeyTable;
  readonly source: ViewSource;
  origin: ViewOrigin;
  /** Sends no early results and no corrections: nobody listens yet. */
  isQuiet = false;
  #sinceMs: number;
  readonly #reader: EventReader;
  /** Of a view over a metric. */
  readonly #samples: SampleReader | undefined;
  /** How a store is asked for the samples of a metric. */
  readonly selectorMatchers: readonly Matcher[];
  readonly #windows: WindowOperator;
  readonly #sessions: SessionOperator | undefined;
  readonly #tracker: WatermarkTracker;
  readonly #sizeMs: number;
  #events = 0;
  #overflow = 0;
  #emittedAtMs = Number.NEGATIVE_INFINITY;
  #goals = new Uint8Array(0);

  /** `nowMs`: when its state begins. */
  constructor(config: ViewConfig, ports: ViewPorts, nowMs = 0, origin: ViewOrigin = 'new') {
    this.config = config;
    this.origin = origin;
    this.#sinceMs = nowMs;
    this.#ports = ports;
    this.#aggregates = aggregatesOf(config);
    const plain = this.#aggregates.length === 1;
    this.#names = this.#aggregates.map(({ name }) => (plain ? config.name : `${config.name}:${name}`));
    this.#keys = new KeyTable(config.by, config.keys_max);
    const source = sourceOf(config);
    this.source = source;
    const names = source.kind === 'view' ? [source.series] : patternsOf(config);
    this.#reader = new EventReader(names, config.where, this.#keys, this.#aggregates);
    const selector = source.kind === 'metric' ? selectorOf(source.selector) : undefined;
    this.selectorMatchers = selector?.matchers ?? [];
    this.#samples =
      selector === undefined
        ? undefined
        : new SampleReader(selector, config.where, this.#keys, this.#aggregates);
    this.#tracker = new WatermarkTracker({
      outOfOrdernessMs: config.out_of_orderness,
      idleAfterMs: config.idle_after,
      sourcesMax: SOURCES_MAX,
    });
    const { tumbling, sliding, slide, session, lateness } = config.window;
    this.#sizeMs = session?.every ?? (tumbling > 0 ? tumbling : sliding);
    const shape = windowShape(this.#sizeMs, session?.every ?? (tumbling > 0 ? tumbling : slide));
    const create = () => this.#aggregates.map((aggregate) => aggregate.create());
    const latenessMs = session === undefined ? lateness : 0;
    this.#windows = new WindowOperator(
      { shape, latenessMs, guarantee: config.guarantee, sizeBytesMax: config.size_max },
      this.#keys,
      create,
      (result) => this.#emit(result),
    );
    this.#sessions = session === undefined ? undefined : this.#createSessions(session.gap, create);
  }

  /** Length of a window, and how long after its beginning nothing can change it any more. */
  get timing(): { readonly sizeMs: number; readonly settledMs: number } {
    const { window, out_of_orderness } = this.config;
    return { sizeMs: this.#sizeMs, settledMs: this.#sizeMs + window.lateness + out_of_orderness };
  }

  get watermarkMs(): number {
    return this.source.kind === 'view' ? this.#windows.watermarkMs : this.#tracker.watermarkMs;
  }

  /** Windows that end by then have sent their last result. */
  get finalUntilMs(): number {
    return this.#windows.finalUntilMs;
  }

  /** Whether a series is among those that the view reads. */
  wants(labels: LabelSet): boolean {
    return this.#samples?.roleOf(labels) !== undefined;
  }

  /** Takes what is the view's of a batch. The watermark moves by `advance` only. */
  consume(batch: EventBatch): void {
    const matched = this.#reader.read(batch);
    if (matched === 0) return;
    this.#events += matched;
    const { keyIds, observations } = this.#reader;
    this.#countOverflow(keyIds, batch.count);
    const { count, timestampsMs } = batch;
    const tooLate = (row: number): void =>
      this.#ports.tooLate({
        view: this.config.name,
        name: batch.names[row],
        source: batch.sources[row],
        timestampMs: timestampsMs[row],
        watermarkMs: this.watermarkMs,
        attributes: batch.attributesOf(row),
      });
    if (this.#sessions === undefined) {
      this.#windows.consume({ count, timestampsMs, keyIds, observations, tooLate });
      return;
    }
    const visitors = (batch.columns.get(this.config.window.session?.key ?? '') ?? []).map(textOf);
    const goals = this.#goalsOf(batch);
    const steps = this.#reader.patterns;
    this.#sessions.consume({ count, timestampsMs, keyIds, observations, tooLate, visitors, steps, goals });
  }

  /** The same for samples of metrics. */
  consumeSamples(columns: SampleColumns, table: SeriesTable): void {
    const reader = this.#samples;
    const matched = reader?.read(columns, table) ?? 0;
    if (reader === undefined || matched === 0) return;
    this.#events += matched;
    const { keyIds, observations } = reader;
    const { count, timestampsMs, refs } = columns;
    this.#countOverflow(keyIds, count);
    const tooLate = (row: number): void =>
      this.#ports.tooLate({
        view: this.config.name,
        name: table.get(refs[row])?.labels.toString() ?? '',
        source: '',
        timestampMs: timestampsMs[row],
        watermarkMs: this.watermarkMs,
        attributes: {},
      });
    this.#windows.consume({ count, timestampsMs, keyIds, observations, tooLate });
  }

  /** Notes how far a source has come; also for batches that hold nothing of the view. */
  observe(source: string, newestMs: number, nowMs: number): void {
    this.#tracker.observe(source, newestMs, nowMs);
  }

  /** Moves the watermark to where sources and clock allow, closes windows, and sends early results when due. */
  advance(nowMs: number): void {
    this.follow(this.#tracker.advance(nowMs), nowMs);
  }

  /** The same for a view over another, whose results say how far it has come. */
  follow(watermarkMs: number, nowMs: number): void {
    const operator = this.#sessions ?? this.#windows;
    operator.advance(watermarkMs);
    if (this.isQuiet) return;
    if (nowMs - this.#emittedAtMs < this.config.emit_every && nowMs >= this.#emittedAtMs) return;
    // The first change after a pause is sent at once.
    if (operator.emitChanges()) this.#emittedAtMs = nowMs;
  }

  status(): ViewStatus {
    const operator = this.#sessions ?? this.#windows;
    return {
      name: this.config.name,
      state: 'live',
      progress: 1,
      origin: this.origin,
      sinceMs: this.#sinceMs,
      source: this.source.kind,
      watermarkMs: this.watermarkMs,
      keyCount: this.#keys.count,
      openSessions: this.#sessions?.openCount ?? 0,
      sizeBytes: operator.sizeBytes,
      eventCount: this.#events,
      tooLateCount: operator.tooLateCount,
      overflowCount: this.#overflow + (this.#sessions?.refusedCount ?? 0),
    };
  }

  /** The whole state. Equal histories give equal bytes. Nothing may change between the steps. */
  *encode(writer: ByteWriter): Steps {
    writer.uvarint(CHECKPOINT_VERSION);
    writer.string(fingerprint(this.config));
    writer.float64(this.#sinceMs);
    writer.uvarint(this.#events);
    writer.uvarint(this.#overflow);
    this.#tracker.encode(writer);
    yield* this.#keys.encode(writer);
    yield* (this.#sessions ?? this.#windows).encode(writer);
  }

  /** Into a new view. False when the state is of another configuration: then the view starts anew. */
  decode(bytes: Uint8Array): boolean {
    const reader = new ByteReader(bytes);
    if (reader.uvarint() !== CHECKPOINT_VERSION || reader.string() !== fingerprint(this.config)) return false;
    this.origin = 'restored';
    this.#sinceMs = reader.float64();
    this.#events = reader.uvarint();
    this.#overflow = reader.uvarint();
    this.#tracker.decode(reader);
    this.#keys.decode(reader);
    (this.#sessions ?? this.#windows).decode(reader);
    return true;
  }

  #createSessions(gapMs: number, create: () => ReturnType<Aggregate['create']>[]): SessionOperator {
    const { aggregate, window, keys_max } = this.config;
    const columnOf = (name: string): number | undefined => {
      const at = this.#aggregates.findIndex((each) => each.name === name);
      return at < 0 ? undefined : at;
    };
    const counting = this.#aggregates.flatMap(({ name, value }, i) =>
      name === 'rate' || (name === 'count' && value === undefined) ? [i] : [],
    );
    return new SessionOperator(
      {
        gapMs,
        latenessMs: window.lateness,
        sessionsMax: keys_max,
        funnelColumn: columnOf('funnel'),
        stepCount: patternsOf(this.config).length,
        withinMs: aggregate.funnel?.within ?? 0,
        goalColumn: aggregate.compare?.goal === undefined ? undefined : columnOf('compare'),
        countColumns: new Set(counting),
      },
      this.#keys,
      create,
      this.#windows,
    );
  }

  #goalsOf(batch: EventBatch): Uint8Array {
    const goal = this.config.aggregate.compare?.goal;
    if (this.#goals.length < batch.count) this.#goals = new Uint8Array(batch.count * 2);
    for (let row = 0; row < batch.count; row++) this.#goals[row] = batch.names[row] === goal ? 1 : 0;
    return this.#goals;
  }

  #countOverflow(keyIds: Uint32Array, count: number): void {
    for (let row = 0; row < count; row++) if (keyIds[row] === 0) this.#overflow += 1;
  }

  #emit({ table, wasOnTime, ...window }: WindowResult): void {
    this.#ports.emit({
      ...window,
      storedAs: storedAs(window.kind, isCorrected(this.config), wasOnTime),
      view: this.config.name,
      labelNames: this.config.by,
      keyCount: table.count,
      each: (visit) => {
        const span = { sizeMs: this.#sizeMs, endMs: window.endMs };
        for (let row = 0; row < table.count; row++) {
          const values = this.#keys.valuesOf(table.keyIds[row]);
          this.#aggregates.forEach((aggregate, i) => {
            aggregate.write(table.columns[i], row, span, (suffix, labels, value) =>
              visit(values, this.#names[i] + suffix, labels, value),
            );
          });
        }
      },
    });
  }
}

/** The configuration was checked: what does not parse here is a bug. */
function selectorOf(text: string): SampleSelector {
  const selector = parseSampleSelector(text);
  assert(!isFault(selector), 'the selector of a view was checked');
  return selector;
}

/** What the state depends on; limits and pace may change under it. */
function fingerprint({ name, from, of, where, by, window, aggregate, guarantee }: ViewConfig): string {
  return JSON.stringify([name, from ?? null, of ?? null, where, by, window, aggregate, guarantee]);
}
