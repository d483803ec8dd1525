import type { ByteReader, ByteWriter } from '../base/index.ts';
import { NO_ROW, type Observations } from '../math/index.ts';
import type { KeyTable } from './key-table.ts';
import type { AnyAccumulations, ResultTable } from './row-pool.ts';
import { type HotSlice, SliceStore } from './slice-store.ts';
import { firstStartEndingAfter, lastEndHolding, sliceAt, type WindowShape } from './window-shape.ts';

/** `early`: before the watermark passed the end. `on_time`: when it did. `late`: a correction. `final`: the last word. */
export type ResultKind = 'early' | 'on_time' | 'late' | 'final';

export interface OperatorOptions {
  readonly shape: WindowShape;
  /** How long after its end a window still takes events. */
  readonly latenessMs: number;
  /** `fast`: early, on time, and corrected. `complete`: once, when nothing can change it any more. */
  readonly guarantee: 'fast' | 'complete';
  /** Bytes of state above which no further keys are taken. */
  readonly sizeBytesMax: number;
}

/** One window's results. The table is used again: read it before returning. */
export interface WindowResult {
  readonly startMs: number;
  readonly endMs: number;
  readonly kind: ResultKind;
  /** Counts up with every result of this window. */
  readonly revision: number;
  /** Nothing will be sent for this window any more. */
  readonly isFinal: boolean;
  /** Share of the window that the watermark has passed. */
  readonly completeness: number;
  /** The keys that changed since this window's last result, or all. */
  readonly table: ResultTable;
}

export type EmitResult = (result: WindowResult) => void;

/** Columns of at least `count` entries. */
export interface ViewInput {
  readonly count: number;
  readonly timestampsMs: Float64Array;
  /** From the view's key table; `NO_ROW` for entries that are not the view's. */
  readonly keyIds: Uint32Array;
  /** One per aggregate; they may share columns. */
  readonly observations: readonly Observations[];
  /** Told of each entry that came too late for any window. */
  tooLate?(index: number): void;
}

interface OpenWindow {
  revision: number;
  /** An early result was sent, so that only changes need to follow. */
  early: boolean;
}

/**
 * Tumbling and sliding windows of one view. What is emitted depends on the observations, the calls of `advance` and
 * `emitChanges`, and nothing else. An observation is part of every window that holds its time and was not final when
 * it came.
 */
export class WindowOperator {
  readonly slices: SliceStore;
  readonly #options: OperatorOptions;
  readonly #keys: KeyTable;
  readonly #emit: EmitResult;
  readonly #windows = new Map<number, OpenWindow>();
  readonly #changes = new Map<number, SliceChanges>();
  #watermarkMs = Number.NEGATIVE_INFINITY;
  #newestMs = Number.NEGATIVE_INFINITY;
  #rows = new Uint32Array(1024);
  /** By row of the pool: the epoch in which its key was last noted as changed. */
  #noted = new Uint32Array(1024);
  #epoch = 1;
  #tooLate = 0;

  constructor(
    options: OperatorOptions,
    keys: KeyTable,
    createColumns: () => readonly AnyAccumulations[],
    emit: EmitResult,
  ) {
    this.#options = options;
    this.#keys = keys;
    this.#emit = emit;
    const { sizeMs, sliceMs } = options.shape;
    this.slices = new SliceStore(createColumns, keys, sizeMs / sliceMs);
  }

  get watermarkMs(): number {
    return this.#watermarkMs;
  }

  /** Observations that came too late for all their windows. */
  get tooLateCount(): number {
    return this.#tooLate;
  }

  get sizeBytes(): number {
    return this.slices.sizeBytes + this.#keys.sizeBytes + this.#noted.byteLength + this.#rows.byteLength;
  }

  consume(input: ViewInput): void {
    const { count } = input;
    if (this.#rows.length < count) this.#rows = new Uint32Array(count * 2);
    const rows = this.#rows;
    this.#assign(input, rows);
    this.slices.pool.settle();
    this.slices.pool.columns.forEach((column, i) => {
      column.addAll(rows, input.observations[i]);
    });
  }

  /** Merges a row of foreign accumulations, one column per aggregate, as one observation at `timestampMs`. */
  absorb(timestampMs: number, keyId: number, columns: readonly AnyAccumulations[], row: number): boolean {
    const target = this.#rowAt(timestampMs, keyId);
    if (target === NO_ROW) return false;
    this.slices.pool.settle();
    this.slices.pool.columns.forEach((column, i) => {
      column.merge(target, columns[i], row);
    });
    return true;
  }

  /** Moves the watermark; windows that it passes are emitted, in order of their ends. Going back does nothing. */
  advance(watermarkMs: number): void {
    if (watermarkMs <= this.#watermarkMs) return;
    const { shape, latenessMs, guarantee } = this.#options;
    const fromMs = this.#watermarkMs;
    this.#watermarkMs = watermarkMs;
    const settledEnd = sliceAt(shape, watermarkMs);
    // Windows begin and end with slices: within one nothing closes.
    const sameSlice = settledEnd === sliceAt(shape, fromMs);
    if (sameSlice && sliceAt(shape, watermarkMs - latenessMs) === sliceAt(shape, fromMs - latenessMs)) return;
    this.slices.pack(settledEnd);
    const closed: Array<{ atMs: number; startMs: number; final: boolean }> = [];
    if (guarantee === 'fast' && latenessMs > 0) {
      for (const startMs of this.#startsClosing(fromMs, watermarkMs)) {
        closed.push({ atMs: startMs + shape.sizeMs, startMs, final: false });
      }
    }
    for (const startMs of this.#startsClosing(fromMs - latenessMs, watermarkMs - latenessMs)) {
      closed.push({ atMs: startMs + shape.sizeMs + latenessMs, startMs, final: true });
    }
    closed.sort((a, b) => a.atMs - b.atMs || a.startMs - b.startMs);
    for (const { startMs, final } of closed) {
      const endMs = startMs + shape.sizeMs;
      // Whose lateness has run out as well goes out once, as final.
      if (!final && endMs + latenessMs <= watermarkMs) continue;
      this.#emitWindow(startMs, final ? 'final' : 'on_time');
      if (final) this.#windows.delete(startMs);
    }
    this.#forget();
    this.#keys.closed = this.sizeBytes > this.#options.sizeBytesMax;
  }

  /** Emits what changed since the last call: early results of open windows, corrections of closed ones. */
  emitChanges(): void {
    if (this.#options.guarantee === 'complete' || this.#changes.size === 0) return;
    const { shape, latenessMs } = this.#options;
    this.slices.pack(sliceAt(shape, this.#watermarkMs));
    const indexes = [...this.#changes.keys()].sort((a, b) => a - b);
    const lastStartMs = firstStartEndingAfter(shape, this.#newestMs);
    let startMs = Math.max(
      firstStartEndingAfter(shape, this.#watermarkMs - latenessMs),
      firstStartEndingAfter(shape, indexes[0] * shape.sliceMs),
    );
    for (; startMs <= lastStartMs; startMs += shape.slideMs) {
      const only = this.#changedKeys(startMs);
      if (only === 'nothing') continue;
      const kind = startMs + shape.sizeMs <= this.#watermarkMs ? 'late' : 'early';
      this.#emitWindow(startMs, kind, only);
    }
    this.#changes.clear();
    this.#epoch += 1;
  }

  encode(writer: ByteWriter): void {
    writer.float64(this.#watermarkMs);
    writer.float64(this.#newestMs);
    writer.uvarint(this.#tooLate);
    writer.uvarint(this.#windows.size);
    for (const [startMs, { revision }] of [...this.#windows].sort((a, b) => a[0] - b[0])) {
      writer.varint(startMs);
      writer.uvarint(revision);
    }
    const corrections = [...this.#changes].filter(([, each]) => each.lateKeys.size > 0);
    writer.uvarint(corrections.length);
    for (const [index, { lateKeys }] of corrections.sort((a, b) => a[0] - b[0])) {
      writer.varint(index);
      writer.uvarint(lateKeys.size);
      for (const [keyId, watermarkMs] of [...lateKeys].sort((a, b) => a[0] - b[0])) {
        writer.uvarint(keyId);
        writer.float64(watermarkMs);
      }
    }
    // Rows move when slices are packed.
    this.#epoch += 1;
    this.slices.encode(writer);
  }

  /** Into a new operator, after its key table. */
  decode(reader: ByteReader): void {
    this.#watermarkMs = reader.float64();
    this.#newestMs = reader.float64();
    this.#tooLate = reader.uvarint();
    for (let left = reader.uvarint(); left > 0; left--) {
      this.#windows.set(reader.varint(), { revision: reader.uvarint(), early: false });
    }
    for (let left = reader.uvarint(); left > 0; left--) {
      const changes = this.#changesOf(reader.varint());
      for (let n = reader.uvarint(); n > 0; n--) changes.lateKeys.set(reader.uvarint(), reader.float64());
    }
    this.slices.decode(reader);
  }

  /** Finds each entry's row: the only work per event that does not depend on the aggregates. */
  #assign({ count, timestampsMs, keyIds, tooLate }: ViewInput, rows: Uint32Array): void {
    const { sliceMs } = this.#options.shape;
    const tracked = this.#options.guarantee === 'fast';
    let fromMs = 0;
    let toMs = -1;
    let slice: HotSlice | undefined;
    let late = false;
    for (let i = 0; i < count; i++) {
      const keyId = keyIds[i];
      if (keyId === NO_ROW) {
        rows[i] = NO_ROW;
        continue;
      }
      const timestampMs = timestampsMs[i];
      if (timestampMs < fromMs || timestampMs >= toMs) {
        fromMs = sliceAt(this.#options.shape, timestampMs) * sliceMs;
        toMs = fromMs + sliceMs;
        slice = this.#sliceAccepting(fromMs);
        late = toMs <= this.#watermarkMs;
        if (late && slice !== undefined) this.slices.invalidate(slice.index);
      }
      if (slice === undefined) {
        rows[i] = NO_ROW;
        this.#tooLate += 1;
        tooLate?.(i);
        continue;
      }
      if (timestampMs > this.#newestMs) this.#newestMs = timestampMs;
      const row = this.slices.rowFor(slice, keyId);
      rows[i] = row;
      if (tracked && (row >= this.#noted.length || this.#noted[row] !== this.#epoch || late)) {
        this.#note(slice.index, keyId, row, late);
      }
    }
  }

  #rowAt(timestampMs: number, keyId: number): number {
    const { shape } = this.#options;
    const index = sliceAt(shape, timestampMs);
    const slice = this.#sliceAccepting(index * shape.sliceMs);
    if (slice === undefined) {
      this.#tooLate += 1;
      return NO_ROW;
    }
    const late = (index + 1) * shape.sliceMs <= this.#watermarkMs;
    if (late) this.slices.invalidate(index);
    if (timestampMs > this.#newestMs) this.#newestMs = timestampMs;
    const row = this.slices.rowFor(slice, keyId);
    this.#note(index, keyId, row, late);
    return row;
  }

  /** The slice that begins at `fromMs`, unless its last window is final. */
  #sliceAccepting(fromMs: number): HotSlice | undefined {
    const { shape, latenessMs } = this.#options;
    if (lastEndHolding(shape, fromMs) + latenessMs <= this.#watermarkMs) return undefined;
    return this.slices.hot(Math.round(fromMs / shape.sliceMs));
  }

  #note(index: number, keyId: number, row: number, late: boolean): void {
    if (this.#options.guarantee === 'complete') return;
    if (row >= this.#noted.length) {
      const grown = new Uint32Array(Math.max(row + 1, this.#noted.length * 2));
      grown.set(this.#noted);
      this.#noted = grown;
    }
    this.#noted[row] = this.#epoch;
    const changes = this.#changesOf(index);
    if (late) changes.lateKeys.set(keyId, this.#watermarkMs);
    else changes.keys.add(keyId);
  }

  #changesOf(index: number): SliceChanges {
    let changes = this.#changes.get(index);
    if (changes === undefined) {
      changes = { keys: new Set(), lateKeys: new Map() };
      this.#changes.set(index, changes);
    }
    return changes;
  }

  /** Keys to emit for a window: those that changed, undefined for all, or that there is nothing to say. */
  #changedKeys(startMs: number): ReadonlySet<number> | undefined | 'nothing' {
    const { shape } = this.#options;
    const endMs = startMs + shape.sizeMs;
    const closed = endMs <= this.#watermarkMs;
    const changed = new Set<number>();
    for (const [index, { keys, lateKeys }] of this.#changes) {
      const fromMs = index * shape.sliceMs;
      if (fromMs < startMs || fromMs >= endMs) continue;
      if (!closed) for (const keyId of keys) changed.add(keyId);
      // A window that was open when the event came has it in its result already.
      for (const [keyId, atMs] of lateKeys) if (!closed || endMs <= atMs) changed.add(keyId);
    }
    if (changed.size === 0) return 'nothing';
    return closed || this.#windows.get(startMs)?.early === true ? changed : undefined;
  }

  #emitWindow(startMs: number, kind: ResultKind, only?: ReadonlySet<number>): void {
    const { shape } = this.#options;
    const endMs = startMs + shape.sizeMs;
    const { sliceMs } = shape;
    const settledEnd = sliceAt(shape, this.#watermarkMs);
    this.slices.collect(startMs / sliceMs, endMs / sliceMs, settledEnd, only);
    const { table } = this.slices;
    if (table.count === 0) return;
    let window = this.#windows.get(startMs);
    if (window === undefined) {
      window = { revision: -1, early: false };
      this.#windows.set(startMs, window);
    }
    window.revision += 1;
    window.early = true;
    const passed = (this.#watermarkMs - startMs) / shape.sizeMs;
    this.#emit({
      startMs,
      endMs,
      kind,
      revision: window.revision,
      isFinal: kind === 'final',
      completeness: Math.max(0, Math.min(1, passed)),
      table,
    });
  }

  /** Starts of windows with observations that end within (fromMs, toMs]. */
  *#startsClosing(fromMs: number, toMs: number): Iterable<number> {
    const { shape } = this.#options;
    let startMs = Number.NEGATIVE_INFINITY;
    for (const index of this.slices.indexes()) {
      const sliceStartMs = index * shape.sliceMs;
      // Every window that holds this slice, from where the slice before left off.
      startMs = Math.max(startMs, firstStartEndingAfter(shape, Math.max(fromMs, sliceStartMs)));
      for (; startMs <= sliceStartMs && startMs + shape.sizeMs <= toMs; startMs += shape.slideMs)
        yield startMs;
      if (startMs + shape.sizeMs > toMs) return;
    }
  }

  /** Drops slices that no window needs, and changes of windows that are final. */
  #forget(): void {
    const { shape, latenessMs } = this.#options;
    const oldestStartMs = firstStartEndingAfter(shape, this.#watermarkMs - latenessMs);
    const indexEnd = Math.round(oldestStartMs / shape.sliceMs);
    this.slices.drop(indexEnd);
    for (const index of this.#changes.keys()) if (index < indexEnd) this.#changes.delete(index);
    for (const startMs of this.#windows.keys()) if (startMs < oldestStartMs) this.#windows.delete(startMs);
    // Packed slices gave their rows back.
    this.#epoch += 1;
  }
}

interface SliceChanges {
  /** Keys with observations that came before the watermark passed the slice. */
  readonly keys: Set<number>;
  /** Keys with late ones, and where the watermark was at the last of them. */
  readonly lateKeys: Map<number, number>;
}
