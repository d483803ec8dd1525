import type { ByteReader, ByteWriter } from '../base/index.ts';
import { NO_ROW } from '../math/index.ts';
import { Changes } from './changes.ts';
import { type HotSlice, noRows } from './hot-slice.ts';
import type { KeyTable } from './key-table.ts';
import type { EmitResult, OperatorOptions, ResultKind, ViewInput } from './operator-types.ts';
import type { AnyAccumulations } from './row-pool.ts';
import { SliceStore } from './slice-store.ts';
import type { Steps } from './steps.ts';
import { firstStartEndingAfter, lastEndHolding, sliceAt } from './window-shape.ts';

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
  readonly #changes: Changes;
  #watermarkMs = Number.NEGATIVE_INFINITY;
  #newestMs = Number.NEGATIVE_INFINITY;
  #rows = new Uint32Array(1024);
  #checkAtRows = 256;
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
    this.#changes = new Changes(options.shape);
    this.slices = new SliceStore(createColumns, keys, sizeMs / sliceMs);
  }

  get watermarkMs(): number {
    return this.#watermarkMs;
  }

  /** Windows that end by then are final. */
  get finalUntilMs(): number {
    return this.#watermarkMs - this.#options.latenessMs;
  }

  /** Observations that came too late for all their windows. */
  get tooLateCount(): number {
    return this.#tooLate;
  }

  get sizeBytes(): number {
    return this.slices.sizeBytes + this.#keys.sizeBytes + this.#changes.sizeBytes + this.#rows.byteLength;
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
    if (this.slices.pool.used > this.#checkAtRows) this.#checkSize();
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
      this.#emitWindow(startMs, final ? 'final' : 'on_time', undefined, endMs <= fromMs);
      if (final) this.#windows.delete(startMs);
    }
    this.#forget();
    this.#checkSize();
  }

  /**
   * Emits what changed since the last call: early results of open windows, corrections of closed ones. False when
   * nothing did.
   */
  emitChanges(): boolean {
    if (this.#options.guarantee === 'complete' || this.#changes.isEmpty) return false;
    const { shape, latenessMs } = this.#options;
    this.slices.pack(sliceAt(shape, this.#watermarkMs));
    const lastStartMs = firstStartEndingAfter(shape, this.#newestMs);
    let startMs = Math.max(
      firstStartEndingAfter(shape, this.#watermarkMs - latenessMs),
      firstStartEndingAfter(shape, this.#changes.earliestMs),
    );
    for (; startMs <= lastStartMs; startMs += shape.slideMs) {
      const closed = startMs + shape.sizeMs <= this.#watermarkMs;
      const changed = this.#changes.keysIn(startMs, startMs + shape.sizeMs, closed);
      if (changed.size === 0) continue;
      const known = closed || this.#windows.get(startMs)?.early === true;
      this.#emitWindow(startMs, closed ? 'late' : 'early', known ? changed : undefined);
    }
    this.#changes.clear();
    return true;
  }

  *encode(writer: ByteWriter): Steps {
    writer.float64(this.#watermarkMs);
    writer.float64(this.#newestMs);
    writer.uvarint(this.#tooLate);
    writer.uvarint(this.#windows.size);
    for (const [startMs, { revision }] of [...this.#windows].sort((a, b) => a[0] - b[0])) {
      writer.varint(startMs);
      writer.uvarint(revision);
    }
    this.#changes.encode(writer);
    yield* this.slices.encode(writer);
    this.#changes.forgetRows();
  }

  /** Into a new operator, after its key table. */
  decode(reader: ByteReader): void {
    this.#watermarkMs = reader.float64();
    this.#newestMs = reader.float64();
    this.#tooLate = reader.uvarint();
    for (let left = reader.uvarint(); left > 0; left--) {
      this.#windows.set(reader.varint(), { revision: reader.uvarint(), early: false });
    }
    this.#changes.decode(reader);
    this.slices.decode(reader);
  }

  /** Finds each entry's row: the only work per event that does not depend on the aggregates. */
  #assign({ count, timestampsMs, keyIds, tooLate }: ViewInput, rows: Uint32Array): void {
    const { shape, latenessMs, guarantee } = this.#options;
    const { sliceMs } = shape;
    const tracked = guarantee === 'fast';
    const oldest = Math.round(firstStartEndingAfter(shape, this.#watermarkMs - latenessMs) / sliceMs);
    const settledEnd = sliceAt(shape, this.#watermarkMs);
    let fromMs = 0;
    let toMs = -1;
    let slice: HotSlice | undefined;
    let rowOf: Uint32Array = noRows;
    let late = false;
    let newestMs = this.#newestMs;
    for (let i = 0; i < count; i++) {
      const keyId = keyIds[i];
      rows[i] = NO_ROW;
      if (keyId === NO_ROW) continue;
      const timestampMs = timestampsMs[i];
      if (timestampMs < fromMs || timestampMs >= toMs) {
        const index = Math.floor(timestampMs / sliceMs);
        fromMs = index * sliceMs;
        toMs = fromMs + sliceMs;
        slice = index < oldest ? undefined : this.slices.hot(index);
        rowOf = slice?.rowOf ?? noRows;
        late = index < settledEnd;
        if (late && slice !== undefined) this.slices.invalidate(index);
      }
      if (slice === undefined) {
        this.#tooLate += 1;
        tooLate?.(i);
        continue;
      }
      if (timestampMs > newestMs) newestMs = timestampMs;
      let row = keyId < rowOf.length ? rowOf[keyId] : NO_ROW;
      if (row === NO_ROW) {
        row = this.slices.rowFor(slice, keyId);
        rowOf = slice.rowOf;
      }
      rows[i] = row;
      if (tracked && (late || !this.#changes.isNoted(row))) {
        this.#changes.note(slice.index, keyId, row, late ? this.#watermarkMs : undefined);
      }
    }
    this.#newestMs = newestMs;
  }

  #rowAt(timestampMs: number, keyId: number): number {
    const { shape, latenessMs } = this.#options;
    const index = sliceAt(shape, timestampMs);
    if (lastEndHolding(shape, index * shape.sliceMs) + latenessMs <= this.#watermarkMs) {
      this.#tooLate += 1;
      return NO_ROW;
    }
    const slice = this.slices.hot(index);
    const late = (index + 1) * shape.sliceMs <= this.#watermarkMs;
    if (late) this.slices.invalidate(index);
    if (timestampMs > this.#newestMs) this.#newestMs = timestampMs;
    const row = this.slices.rowFor(slice, keyId);
    if (this.#options.guarantee === 'fast') {
      this.#changes.note(index, keyId, row, late ? this.#watermarkMs : undefined);
    }
    return row;
  }

  /** Takes no further keys while the state is over its size. Looked at when windows close, and when rows are many more. */
  #checkSize(): void {
    this.#keys.closed = this.sizeBytes > this.#options.sizeBytesMax;
    this.#checkAtRows = Math.max(256, Math.ceil(this.slices.pool.used * 1.1));
  }

  #emitWindow(startMs: number, kind: ResultKind, only?: ReadonlySet<number>, wasOnTime = true): void {
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
      wasOnTime,
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
    this.#changes.drop(indexEnd);
    for (const startMs of this.#windows.keys()) if (startMs < oldestStartMs) this.#windows.delete(startMs);
    // Packed slices gave their rows back.
    this.#changes.forgetRows();
  }
}
