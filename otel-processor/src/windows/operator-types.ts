import type { Observations } from '../math/index.ts';
import type { ResultTable } from './row-pool.ts';
import type { WindowShape } from './window-shape.ts';

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
  /** Of a final result: one went out on time before it, unless nothing was there then. */
  readonly wasOnTime: boolean;
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
