import type { ByteReader, ByteWriter } from '../../base/index.ts';
import { type BucketSpan, type CounterResetHint, type Histogram, wordsOf } from '../../model/index.ts';
import type { NumberColumnCodec } from './number-column.ts';
import { malformed, type SectionReader, type SectionWriter } from './sections.ts';

/**
 * Histograms of one series, by column. Neighbours nearly always share schema, bounds and spans: such a run is
 * written as one layout and then as columns of numbers (count, sum, zero count, each bucket over time), which
 * compress like any counter. Every double comes back bit by bit; a NaN that went through a number is any NaN.
 */

const hints: readonly CounterResetHint[] = ['unknown', 'reset', 'not_reset', 'gauge'];
/** More buckets than any exporter sends; a larger figure in a file is damage. */
const BUCKETS_MAX = 1 << 20;

/** `indexes` ascending; they say which of the series' samples are histograms. */
export function writeHistograms(
  indexes: readonly number[],
  histograms: readonly Histogram[],
  codec: NumberColumnCodec,
  out: SectionWriter,
): void {
  const { coded } = out;
  coded.uvarint(indexes.length);
  let previous = 0;
  for (const index of indexes) {
    coded.uvarint(index - previous);
    previous = index;
  }
  for (const histogram of histograms) coded.uint8(hints.indexOf(histogram.counterResetHint));
  let start = 0;
  while (start < histograms.length) {
    let end = start + 1;
    while (end < histograms.length && sameLayout(histograms[start], histograms[end])) end += 1;
    coded.uvarint(end - start);
    writeLayout(histograms[start], coded);
    writeNumbers(histograms.slice(start, end), codec, out);
    start = end;
  }
}

/** Reads what `writeHistograms` wrote for a series of `count` samples and calls `visit` for each. */
export function readHistograms(
  sections: SectionReader,
  count: number,
  codec: NumberColumnCodec,
  visit: (index: number, histogram: Histogram) => void,
): void {
  const { coded } = sections;
  const total = coded.uvarint();
  if (total > count) throw malformed('more histograms than samples');
  const indexes: number[] = [];
  let index = 0;
  for (let i = 0; i < total; i++) {
    index += coded.uvarint();
    if (index >= count) throw malformed('histogram beyond the end of its series');
    indexes.push(index);
  }
  const reset = coded.raw(total);
  let start = 0;
  while (start < total) {
    const run = coded.uvarint();
    if (run === 0 || start + run > total) throw malformed('run of histograms out of range');
    const layout = readLayout(coded);
    const columns = readNumbers(sections, run, layout, codec);
    for (let i = 0; i < run; i++) {
      const hint = hints[reset[start + i]];
      if (hint === undefined) throw malformed('unknown counter reset hint');
      visit(indexes[start + i], assemble(layout, columns, i, hint));
    }
    start += run;
  }
}

type Layout = Pick<
  Histogram,
  'schema' | 'zeroThreshold' | 'positiveSpans' | 'negativeSpans' | 'customValues'
>;

function sameLayout(a: Histogram, b: Histogram): boolean {
  return (
    a.schema === b.schema &&
    Object.is(a.zeroThreshold, b.zeroThreshold) &&
    a.positiveBuckets.length === b.positiveBuckets.length &&
    a.negativeBuckets.length === b.negativeBuckets.length &&
    sameSpans(a.positiveSpans, b.positiveSpans) &&
    sameSpans(a.negativeSpans, b.negativeSpans) &&
    sameNumbers(a.customValues, b.customValues)
  );
}

function sameSpans(a: readonly BucketSpan[], b: readonly BucketSpan[]): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  return a.every((span, i) => span.offset === b[i].offset && span.length === b[i].length);
}

function sameNumbers(a: readonly number[] | undefined, b: readonly number[] | undefined): boolean {
  if (a === b) return true;
  if (a === undefined || b === undefined || a.length !== b.length) return false;
  return a.every((value, i) => Object.is(value, b[i]));
}

function writeLayout(layout: Histogram, coded: ByteWriter): void {
  coded.varint(layout.schema);
  coded.float64(layout.zeroThreshold);
  writeSpans(layout.positiveSpans, layout.positiveBuckets.length, coded);
  writeSpans(layout.negativeSpans, layout.negativeBuckets.length, coded);
  coded.uvarint(layout.customValues === undefined ? 0 : layout.customValues.length + 1);
  for (const bound of layout.customValues ?? []) coded.float64(bound);
}

function writeSpans(spans: readonly BucketSpan[], bucketCount: number, coded: ByteWriter): void {
  coded.uvarint(bucketCount);
  coded.uvarint(spans.length);
  for (const span of spans) {
    coded.varint(span.offset);
    coded.uvarint(span.length);
  }
}

interface ReadLayout extends Layout {
  readonly positiveCount: number;
  readonly negativeCount: number;
}

function readLayout(coded: ByteReader): ReadLayout {
  const schema = coded.varint();
  const zeroThreshold = coded.float64();
  const [positiveCount, positiveSpans] = readSpans(coded);
  const [negativeCount, negativeSpans] = readSpans(coded);
  const bounds = coded.uvarint();
  const layout = { schema, zeroThreshold, positiveCount, positiveSpans, negativeCount, negativeSpans };
  if (bounds === 0) return layout;
  const customValues: number[] = [];
  for (let i = 1; i < bounds; i++) customValues.push(coded.float64());
  return { ...layout, customValues };
}

function readSpans(coded: ByteReader): [number, BucketSpan[]] {
  const bucketCount = coded.uvarint();
  if (bucketCount > BUCKETS_MAX) throw malformed(`${bucketCount} buckets`);
  const spans: BucketSpan[] = [];
  for (let rest = coded.uvarint(); rest > 0; rest--) {
    spans.push({ offset: coded.varint(), length: coded.uvarint() });
  }
  return [bucketCount, spans];
}

function writeNumbers(run: readonly Histogram[], codec: NumberColumnCodec, out: SectionWriter): void {
  const values = new Float64Array(run.length);
  const words = wordsOf(values);
  const write = (at: (histogram: Histogram) => number): void => {
    for (let i = 0; i < run.length; i++) values[i] = at(run[i]);
    codec.write(values, words, run.length, out);
  };
  write((histogram) => histogram.count);
  write((histogram) => histogram.sum);
  write((histogram) => histogram.zeroCount);
  for (let b = 0; b < run[0].positiveBuckets.length; b++) write((histogram) => histogram.positiveBuckets[b]);
  for (let b = 0; b < run[0].negativeBuckets.length; b++) write((histogram) => histogram.negativeBuckets[b]);
}

function readNumbers(
  sections: SectionReader,
  run: number,
  layout: ReadLayout,
  codec: NumberColumnCodec,
): Float64Array[] {
  const columns: Float64Array[] = [];
  for (let rest = 3 + layout.positiveCount + layout.negativeCount; rest > 0; rest--) {
    const values = new Float64Array(run);
    codec.read(sections, values, wordsOf(values), 0, run);
    columns.push(values);
  }
  return columns;
}

function assemble(layout: ReadLayout, columns: Float64Array[], i: number, hint: CounterResetHint): Histogram {
  const positiveBuckets: number[] = [];
  const negativeBuckets: number[] = [];
  const middle = 3 + layout.positiveCount;
  for (let c = 3; c < middle; c++) positiveBuckets.push(columns[c][i]);
  for (let c = middle; c < columns.length; c++) negativeBuckets.push(columns[c][i]);
  const histogram = {
    schema: layout.schema,
    zeroThreshold: layout.zeroThreshold,
    zeroCount: columns[2][i],
    count: columns[0][i],
    sum: columns[1][i],
    positiveSpans: layout.positiveSpans,
    positiveBuckets,
    negativeSpans: layout.negativeSpans,
    negativeBuckets,
    counterResetHint: hint,
  };
  return layout.customValues === undefined ? histogram : { ...histogram, customValues: layout.customValues };
}
