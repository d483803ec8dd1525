import type { ByteReader, ByteWriter } from '../base/index.ts';
import { grownFloats, NO_ROW, type Observations, RowAccumulations } from './aggregator.ts';
import { readVarint } from './fast-varint.ts';

/** Number of observations. With `ofValues` only entries with a number count, otherwise every entry. Exact. */
export class Count extends RowAccumulations<number> {
  counts = new Float64Array(0);
  readonly ofValues: boolean;

  constructor(ofValues = false) {
    super();
    this.ofValues = ofValues;
  }

  create(): Count {
    return new Count(this.ofValues);
  }

  reserve(rowCount: number): void {
    this.counts = grownFloats(this.counts, rowCount);
  }

  clear(row: number): void {
    this.counts[row] = 0;
  }

  override clearAll(rows: Uint32Array, count: number): void {
    for (let i = 0; i < count; i++) this.counts[rows[i]] = 0;
  }

  override clearFirst(rowCount: number): void {
    this.counts.fill(0, 0, rowCount);
  }

  add(row: number, input: Observations, index: number): void {
    if (this.ofValues && Number.isNaN(input.values[index])) return;
    this.counts[row] += 1;
  }

  override addAll(rows: Uint32Array, input: Observations): void {
    const { counts } = this;
    const { count, values } = input;
    if (this.ofValues) {
      for (let i = 0; i < count; i++) {
        if (rows[i] !== NO_ROW && !Number.isNaN(values[i])) counts[rows[i]] += 1;
      }
      return;
    }
    for (let i = 0; i < count; i++) if (rows[i] !== NO_ROW) counts[rows[i]] += 1;
  }

  merge(row: number, source: Count, sourceRow: number): void {
    this.counts[row] += source.counts[sourceRow];
  }

  override mergeAll(rows: Uint32Array, source: Count, sourceRows: Uint32Array, count: number): void {
    const { counts } = this;
    const from = source.counts;
    for (let i = 0; i < count; i++) if (rows[i] !== NO_ROW) counts[rows[i]] += from[sourceRows[i]];
  }

  override mergeEncoded(row: number, reader: ByteReader): void {
    this.counts[row] += reader.uvarint();
  }

  override mergeAllEncoded(rows: Uint32Array, count: number, reader: ByteReader): void {
    for (let i = 0; i < count; i++) {
      const more = readVarint(reader);
      if (rows[i] !== NO_ROW) this.counts[rows[i]] += more;
    }
  }

  result(row: number): number {
    return this.counts[row];
  }

  encode(row: number, writer: ByteWriter): void {
    writer.uvarint(this.counts[row]);
  }

  override encodeAll(rows: Uint32Array, count: number, writer: ByteWriter): void {
    for (let i = 0; i < count; i++) writer.uvarint(this.counts[rows[i]]);
  }

  decode(row: number, reader: ByteReader): void {
    this.counts[row] = reader.uvarint();
  }

  get sizeBytes(): number {
    return this.counts.byteLength;
  }
}
