import type { ByteReader, ByteWriter } from '../../base/index.ts';
import { LabelSet } from '../../model/index.ts';
import { STEP_SIZE, type Steps } from '../steps.ts';
import { SeriesMemory } from './series-memory.ts';

/** A series that some view reads. */
export interface ViewedSeries {
  readonly labels: LabelSet;
  /** Who sends it, which tells whose clock and order its samples follow. */
  readonly source: string;
}

/** The series of views by dense reference number, as the log of requests defines them, and what is known of each. */
export class SeriesTable {
  readonly memory = new SeriesMemory();
  readonly #series: Array<ViewedSeries | undefined> = [];

  /** Every reference is below this. */
  get end(): number {
    return this.#series.length;
  }

  get(ref: number): ViewedSeries | undefined {
    return this.#series[ref];
  }

  /** Said twice, the second time changes nothing. */
  define(ref: number, labels: LabelSet): void {
    if (this.#series[ref]?.labels.equals(labels) === true) return;
    while (this.#series.length <= ref) this.#series.push(undefined);
    this.#series[ref] = { labels, source: `${labels.get('job') ?? ''}\u0000${labels.get('instance') ?? ''}` };
    this.memory.reserve(ref + 1);
    this.memory.forget(ref);
  }

  forget(ref: number): void {
    this.#series[ref] = undefined;
  }

  /** The series with their references. */
  *all(): Iterable<readonly [ref: number, series: ViewedSeries]> {
    for (const [ref, series] of this.#series.entries()) if (series !== undefined) yield [ref, series];
  }

  *encode(writer: ByteWriter): Steps {
    const refs = [...this.#series.keys()].filter((ref) => this.#series[ref] !== undefined);
    writer.uvarint(refs.length);
    let left = STEP_SIZE;
    for (const ref of refs) {
      writer.uvarint(ref);
      writeLabels(writer, this.#series[ref]!.labels);
      if (left-- > 0) continue;
      left = STEP_SIZE;
      yield;
    }
    yield* this.memory.encode(refs, writer);
  }

  /** Into an empty table. */
  decode(reader: ByteReader): void {
    const refs: number[] = [];
    for (let left = reader.uvarint(); left > 0; left--) {
      const ref = reader.uvarint();
      this.define(ref, readLabels(reader));
      refs.push(ref);
    }
    this.memory.decode(refs, reader);
  }
}

export function writeLabels(writer: ByteWriter, { pairs }: LabelSet): void {
  writer.uvarint(pairs.length);
  for (const text of pairs) writer.string(text);
}

export function readLabels(reader: ByteReader): LabelSet {
  return LabelSet.fromSortedPairs(Array.from({ length: reader.uvarint() }, () => reader.string()));
}
