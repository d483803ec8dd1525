import type { Fault } from '../base/index.ts';
import type { LabelSet, Matcher } from '../model/index.ts';
import type { SampleBuffer } from './types.ts';

/** One series handed to the block writer. */
export interface BlockInputSeries {
  readonly labels: LabelSet;
  /** Replaces the buffer's content by the samples inside the block's [fromMs, toMs): time order, distinct timestamps. */
  read(into: SampleBuffer): void;
}

/** What is known about a block without opening its data. */
export interface BlockMeta {
  readonly id: string;
  /** Samples lie in [fromMs, toMs). */
  readonly fromMs: number;
  readonly toMs: number;
  /** Earliest and latest sample, inclusive. */
  readonly minTimeMs: number;
  readonly maxTimeMs: number;
  readonly seriesCount: number;
  readonly sampleCount: number;
  readonly sizeBytes: number;
}

export interface BlockSeries {
  readonly labels: LabelSet;
  /** `hashLabelSet(labels)`: 53 bits, unkeyed, stable on disk. */
  readonly labelsHash: number;
  /** Appends the samples with timestamps in [fromMs, toMs] to the buffer's content, in time order. */
  read(into: SampleBuffer, fromMs: number, toMs: number): void | Promise<void>;
}

/** The immutable files of sealed time ranges. Ranges of reads are inclusive at both ends; results are in no order. */
export interface BlockStore {
  /** A label set that lives in several blocks is returned once, merged in time order. */
  select(matchers: readonly Matcher[], fromMs: number, toMs: number): Promise<readonly BlockSeries[]>;
  series(
    matcherSets: readonly (readonly Matcher[])[],
    fromMs: number,
    toMs: number,
  ): Promise<readonly LabelSet[]>;
  labelNames(
    matcherSets: readonly (readonly Matcher[])[],
    fromMs: number,
    toMs: number,
  ): Promise<readonly string[]>;
  labelValues(
    labelName: string,
    matcherSets: readonly (readonly Matcher[])[],
    fromMs: number,
    toMs: number,
  ): Promise<readonly string[]>;
  blocks(): readonly BlockMeta[];
  /** Makes a block that `writeBlock` has just finished visible to readers. */
  add(meta: BlockMeta): Promise<Fault | undefined>;
  /** Deletes by matcher, durably; the number of series touched. */
  delete(matchers: readonly Matcher[], fromMs: number, toMs: number): Promise<number | Fault>;
  compact(): Promise<void>;
  /** Writes every block that has deletions anew without the deleted samples. */
  cleanTombstones(): Promise<Fault | undefined>;
  applyRetention(nowMs: number): Promise<void>;
  /** A merge that is under way ends at its next slice, without a result; no other change begins. Reads go on. */
  stop(): void;
  close(): Promise<void>;
}
