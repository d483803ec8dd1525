import type { ByteReader } from '../../base/index.ts';
import { EXPONENT_MAX, powersOfTen } from './decimal.ts';
import { fromZigzag } from './residual-values.ts';
import type { Residuals } from './residuals.ts';
import { malformed, type SectionReader } from './sections.ts';

/** Reads a column written by `DecimalColumn` into `values[offset..offset + count)`. */
export function readDecimalColumn(
  sections: SectionReader,
  residuals: Residuals,
  values: Float64Array,
  words: Uint32Array,
  offset: number,
  count: number,
): void {
  const { coded } = sections;
  const kind = coded.uint8();
  const exponent = kind >> 2;
  const order = kind & 3;
  if (exponent > EXPONENT_MAX || order > 2) throw malformed('unknown column kind');
  const base = coded.varint();
  const divisor = coded.uvarint();
  const reference = coded.varint();
  const exceptions = readExceptions(coded, count);
  residuals.read(order === 0 ? count : count - 1, sections);
  if (order === 0) accumulateNothing(residuals, values, offset, count, reference);
  else if (order === 1) accumulateOnce(residuals, values, offset, count, reference);
  else accumulateTwice(residuals, values, offset, count, reference);
  const scale = powersOfTen[exponent];
  const end = offset + count;
  if (divisor !== 1) for (let i = offset; i < end; i++) values[i] *= divisor;
  if (exponent === 0) for (let i = offset; i < end; i++) values[i] += base;
  else for (let i = offset; i < end; i++) values[i] = (values[i] + base) / scale;
  for (let i = 0; i < exceptions.length; i += 3) {
    const index = offset + exceptions[i];
    words[2 * index] = exceptions[i + 1];
    words[2 * index + 1] = exceptions[i + 2];
  }
}

function readExceptions(coded: ByteReader, count: number): number[] {
  const exceptions: number[] = [];
  let index = 0;
  for (let rest = coded.uvarint(); rest > 0; rest--) {
    index += coded.uvarint();
    if (index >= count) throw malformed('exception beyond the end of its column');
    exceptions.push(index, coded.uint32(), coded.uint32());
  }
  return exceptions;
}

function accumulateNothing(
  residuals: Residuals,
  values: Float64Array,
  offset: number,
  count: number,
  reference: number,
): void {
  const { low, high } = residuals;
  for (let i = 0; i < count; i++) values[offset + i] = fromZigzag(low[i], high[i]) + reference;
}

function accumulateOnce(
  residuals: Residuals,
  values: Float64Array,
  offset: number,
  count: number,
  reference: number,
): void {
  const { low, high } = residuals;
  let value = 0;
  values[offset] = 0;
  for (let i = 1; i < count; i++) {
    value += fromZigzag(low[i - 1], high[i - 1]) + reference;
    values[offset + i] = value;
  }
}

function accumulateTwice(
  residuals: Residuals,
  values: Float64Array,
  offset: number,
  count: number,
  reference: number,
): void {
  const { low, high } = residuals;
  let value = 0;
  let delta = reference;
  values[offset] = 0;
  for (let i = 1; i < count; i++) {
    delta += fromZigzag(low[i - 1], high[i - 1]);
    value += delta;
    values[offset + i] = value;
  }
}
