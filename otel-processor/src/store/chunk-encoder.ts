import type { SeriesColumns } from './series-columns.ts';

/*
 * Byte-aligned sample coding, chosen for the speed of the decoder. Each sample begins with one byte: the low
 * half says how its timestamp is written, the high half how its value is. Layout: docs/storage-format.md.
 */
export const TIME_REGULAR = 0;
export const TIME_INT8 = 1;
export const TIME_INT16 = 2;
export const TIME_INT32 = 3;
export const TIME_ABSOLUTE = 4;

export const VALUE_SAME = 0;
export const VALUE_REPEAT = 1;
export const VALUE_INT8 = 2;
export const VALUE_INT16 = 3;
export const VALUE_INT24 = 4;
export const VALUE_INT32 = 5;
export const VALUE_DECIMAL32 = 6;
export const VALUE_DECIMAL64 = 7;
export const VALUE_FLOAT32 = 8;
export const VALUE_FLOAT64 = 9;
export const VALUE_STALE = 10;

/** Bytes of the longest sample: head, absolute time, exponent and mantissa. */
export const SAMPLE_BYTES_MAX = 18;
export const EXPONENT_MAX = 9;
const EXPONENT_RAW = 255;
/** How many true floats pass before a decimal form is tried again. */
const RAW_RUN = 16;
/** Mantissas stay below this, so that differences of two are exact. */
const MANTISSA_LIMIT = 2 ** 51;

export const POWERS_OF_TEN = new Float64Array([1, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9]);

const scratch = new Uint8Array(8);
const scratchView = new DataView(scratch.buffer);

/**
 * Writes one sample at `at` (SAMPLE_BYTES_MAX bytes must be free) and moves the series' encoder state on.
 * `lo` and `hi` are the value's words. Returns where the next sample goes.
 */
export function encodeSample(
  columns: SeriesColumns,
  seriesId: number,
  first: boolean,
  timestampMs: number,
  value: number,
  lo: number,
  hi: number,
  out: Uint8Array,
  at: number,
): number {
  let position = at + 1;
  let code = TIME_REGULAR;
  const delta = timestampMs - columns.timestampsMs[seriesId];
  const change = delta - columns.timestampDeltas[seriesId];
  if (first || (delta | 0) !== delta || (change | 0) !== change) {
    code = TIME_ABSOLUTE;
    scratchView.setFloat64(0, timestampMs, true);
    for (let i = 0; i < 8; i++) out[position + i] = scratch[i];
    position += 8;
    columns.timestampDeltas[seriesId] = 0;
  } else if (change !== 0) {
    code =
      change === (change << 24) >> 24 ? TIME_INT8 : change === (change << 16) >> 16 ? TIME_INT16 : TIME_INT32;
    out[position++] = change;
    if (code >= TIME_INT16) out[position++] = change >> 8;
    if (code === TIME_INT32) {
      out[position++] = change >> 16;
      out[position++] = change >> 24;
    }
    columns.timestampDeltas[seriesId] = delta;
  }
  if (first) {
    columns.exponents[seriesId] = 0;
    columns.mantissaDeltas[seriesId] = 0;
    columns.mantissas[seriesId] = 0;
  } else if (columns.words[2 * seriesId] === lo && columns.words[2 * seriesId + 1] === hi) {
    out[at] = code | (VALUE_SAME << 4);
    return position;
  }
  const exponent = decimalExponent(columns, seriesId, value, hi);
  if (exponent === EXPONENT_RAW) return encodeRaw(value, lo, hi, out, at, position, code);
  return encodeDecimal(columns, seriesId, first, value, exponent, out, at, position, code);
}

/** The exponent under which the value is a whole number, or EXPONENT_RAW; never below the chunk's so far. */
function decimalExponent(columns: SeriesColumns, seriesId: number, value: number, hi: number): number {
  if ((hi & 0x7ff0_0000) === 0x7ff0_0000) return EXPONENT_RAW;
  let exponent = columns.exponents[seriesId];
  if (exponent === EXPONENT_RAW) {
    if (columns.rawCounts[seriesId] > 0) {
      columns.rawCounts[seriesId] -= 1;
      return EXPONENT_RAW;
    }
    exponent = 0;
  }
  for (; exponent <= EXPONENT_MAX; exponent++) {
    const power = POWERS_OF_TEN[exponent];
    const mantissa = Math.round(value * power);
    if (mantissa >= MANTISSA_LIMIT || mantissa <= -MANTISSA_LIMIT) break;
    // Zero has two signs; only the positive one is a decimal here.
    if (mantissa / power === value && (mantissa !== 0 || hi === 0)) return exponent;
  }
  columns.exponents[seriesId] = EXPONENT_RAW;
  columns.rawCounts[seriesId] = RAW_RUN;
  return EXPONENT_RAW;
}

function encodeRaw(
  value: number,
  lo: number,
  hi: number,
  out: Uint8Array,
  at: number,
  start: number,
  timeCode: number,
): number {
  if (lo === 2 && hi === 0x7ff0_0000) {
    out[at] = timeCode | (VALUE_STALE << 4);
    return start;
  }
  let position = start;
  // NaNs fail the comparison and keep all their bits below.
  if (Math.fround(value) === value) {
    out[at] = timeCode | (VALUE_FLOAT32 << 4);
    scratchView.setFloat32(0, value, true);
    for (let i = 0; i < 4; i++) out[position++] = scratch[i];
    return position;
  }
  out[at] = timeCode | (VALUE_FLOAT64 << 4);
  for (let shift = 0; shift < 32; shift += 8) out[position++] = lo >>> shift;
  for (let shift = 0; shift < 32; shift += 8) out[position++] = hi >>> shift;
  return position;
}

function encodeDecimal(
  columns: SeriesColumns,
  seriesId: number,
  first: boolean,
  value: number,
  exponent: number,
  out: Uint8Array,
  at: number,
  start: number,
  timeCode: number,
): number {
  let position = start;
  const mantissa = Math.round(value * POWERS_OF_TEN[exponent]);
  const delta = mantissa - columns.mantissas[seriesId];
  columns.mantissas[seriesId] = mantissa;
  if (first || exponent !== columns.exponents[seriesId] || (delta | 0) !== delta) {
    columns.exponents[seriesId] = exponent;
    columns.mantissaDeltas[seriesId] = 0;
    out[position++] = exponent;
    if ((mantissa | 0) === mantissa) {
      out[at] = timeCode | (VALUE_DECIMAL32 << 4);
      for (let shift = 0; shift < 32; shift += 8) out[position++] = mantissa >> shift;
      return position;
    }
    out[at] = timeCode | (VALUE_DECIMAL64 << 4);
    scratchView.setFloat64(0, mantissa, true);
    for (let i = 0; i < 8; i++) out[position++] = scratch[i];
    return position;
  }
  if (delta === columns.mantissaDeltas[seriesId]) {
    out[at] = timeCode | (VALUE_REPEAT << 4);
    return position;
  }
  columns.mantissaDeltas[seriesId] = delta;
  out[position++] = delta;
  let code = VALUE_INT8;
  if (delta !== (delta << 24) >> 24) {
    code = VALUE_INT16;
    out[position++] = delta >> 8;
    if (delta !== (delta << 16) >> 16) {
      code = VALUE_INT24;
      out[position++] = delta >> 16;
      if (delta !== (delta << 8) >> 8) {
        code = VALUE_INT32;
        out[position++] = delta >> 24;
      }
    }
  }
  out[at] = timeCode | (code << 4);
  return position;
}
