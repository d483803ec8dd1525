import { ByteReader, ByteWriter } from '../../base/index.ts';
import { partitionPoint } from './label-index.ts';
import { malformed } from './sections.ts';

/** Where a page lies in the file `data`. */
export interface PageSpan {
  offset: number;
  sizeBytes: number;
  slotCount: number;
}

/** What is known about one column of timestamps without reading it. */
export interface TimeColumn {
  readonly count: number;
  readonly minTimeMs: number;
  readonly maxTimeMs: number;
}

/**
 * A strip is one time range of a block. Its columns of timestamps are numbered in the order of its time pages;
 * series refer to them, as series that were scraped or exported together share their timestamps. Values follow in
 * the order of the series, so the place of a series is its rank among those that have samples in the strip.
 */
export interface StripContent {
  readonly fromMs: number;
  readonly toMs: number;
  readonly timePages: PageSpan[];
  readonly timeColumns: TimeColumn[];
  readonly valuePages: PageSpan[];
  /** By series: number of its time column + 1, or 0 when it has no sample here. */
  readonly timeIds: Uint32Array;
}

export function encodeStrip(strip: StripContent): Uint8Array {
  const out = new ByteWriter(strip.timeIds.length * 2 + 1024);
  out.varint(strip.fromMs);
  out.varint(strip.toMs);
  writeSpans(strip.timePages, out);
  writeSpans(strip.valuePages, out);
  out.uvarint(strip.timeColumns.length);
  for (const column of strip.timeColumns) out.uvarint(column.count);
  for (const column of strip.timeColumns) out.uvarint(column.minTimeMs - strip.fromMs);
  for (const column of strip.timeColumns) out.uvarint(column.maxTimeMs - column.minTimeMs);
  out.uvarint(strip.timeIds.length);
  for (const id of strip.timeIds) out.uvarint(id);
  return out.view();
}

function writeSpans(spans: readonly PageSpan[], out: ByteWriter): void {
  out.uvarint(spans.length);
  for (const span of spans) {
    out.uvarint(span.offset);
    out.uvarint(span.sizeBytes);
    out.uvarint(span.slotCount);
  }
}

/** Throws a `FaultError` when the bytes are not a strip of `seriesCount` series over `dataBytes` of data. */
export function decodeStrip(bytes: Uint8Array, seriesCount: number, dataBytes: number): StripContent {
  const reader = new ByteReader(bytes);
  const fromMs = reader.varint();
  const toMs = reader.varint();
  const timePages = readSpans(reader, dataBytes);
  const valuePages = readSpans(reader, dataBytes);
  const columnCount = reader.uvarint();
  if (columnCount > bytes.length || columnCount !== slotTotal(timePages)) {
    throw malformed('number of time columns does not agree');
  }
  const counts = Array.from({ length: columnCount }, () => reader.uvarint());
  const minima = Array.from({ length: columnCount }, () => fromMs + reader.uvarint());
  const timeColumns = counts.map((count, i) => {
    return { count, minTimeMs: minima[i], maxTimeMs: minima[i] + reader.uvarint() };
  });
  if (reader.uvarint() !== seriesCount) throw malformed('number of series does not agree');
  const timeIds = new Uint32Array(seriesCount);
  let present = 0;
  for (let series = 0; series < seriesCount; series++) {
    const id = reader.uvarint();
    if (id > columnCount) throw malformed('time column of a series out of range');
    if (id !== 0) present += 1;
    timeIds[series] = id;
  }
  if (present !== slotTotal(valuePages)) throw malformed('number of value columns does not agree');
  return { fromMs, toMs, timePages, timeColumns, valuePages, timeIds };
}

function readSpans(reader: ByteReader, dataBytes: number): PageSpan[] {
  const spans: PageSpan[] = [];
  for (let rest = reader.uvarint(); rest > 0; rest--) {
    const span = { offset: reader.uvarint(), sizeBytes: reader.uvarint(), slotCount: reader.uvarint() };
    if (span.offset + span.sizeBytes > dataBytes) throw malformed('page beyond the end of the data');
    spans.push(span);
  }
  return spans;
}

function slotTotal(spans: readonly PageSpan[]): number {
  let total = 0;
  for (const span of spans) total += span.slotCount;
  return total;
}

/** Series between two known ranks: the bound on what `rankOf` has to count. */
const RANK_STEP = 64;

/** Finds pages and slots of a decoded strip. */
export class StripLayout {
  /** First time column of each time page. */
  readonly #firstColumns: number[];
  /** Rank of the first series of each value page. */
  readonly #firstRanks: number[];
  /** Rank of every 64th series. */
  readonly #ranks: Uint32Array;
  readonly #timeIds: Uint32Array;

  constructor(strip: StripContent) {
    this.#timeIds = strip.timeIds;
    this.#firstColumns = firstSlots(strip.timePages);
    this.#firstRanks = firstSlots(strip.valuePages);
    this.#ranks = new Uint32Array(Math.ceil(strip.timeIds.length / RANK_STEP));
    let rank = 0;
    for (let series = 0; series < strip.timeIds.length; series++) {
      if (series % RANK_STEP === 0) this.#ranks[series / RANK_STEP] = rank;
      if (strip.timeIds[series] !== 0) rank += 1;
    }
  }

  timePageOf(column: number): number {
    return lastAtMost(this.#firstColumns, column);
  }

  timeSlotOf(column: number, page: number): number {
    return column - this.#firstColumns[page];
  }

  valuePageOf(series: number): number {
    return lastAtMost(this.#firstRanks, this.#rankOf(series));
  }

  valueSlotOf(series: number, page: number): number {
    return this.#rankOf(series) - this.#firstRanks[page];
  }

  /** How many of the series before this one have samples in the strip. */
  #rankOf(series: number): number {
    const step = Math.floor(series / RANK_STEP);
    let rank = this.#ranks[step];
    for (let other = step * RANK_STEP; other < series; other++) if (this.#timeIds[other] !== 0) rank += 1;
    return rank;
  }
}

function firstSlots(spans: readonly PageSpan[]): number[] {
  let first = 0;
  return spans.map((span) => {
    first += span.slotCount;
    return first - span.slotCount;
  });
}

function lastAtMost(starts: readonly number[], wanted: number): number {
  return partitionPoint(starts.length, (i) => starts[i] <= wanted) - 1;
}
