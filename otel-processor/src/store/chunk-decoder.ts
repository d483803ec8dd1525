import { FaultError, permanent } from '../base/index.ts';
import {
  EXPONENT_MAX,
  POWERS_OF_TEN,
  TIME_ABSOLUTE,
  TIME_INT32,
  TIME_REGULAR,
  VALUE_DECIMAL32,
  VALUE_DECIMAL64,
  VALUE_FLOAT32,
  VALUE_FLOAT64,
  VALUE_REPEAT,
  VALUE_SAME,
  VALUE_STALE,
} from './chunk-encoder.ts';
import { growSampleBuffer, type SampleBuffer } from './types.ts';

const scratchWords = new Uint32Array(2);
const scratchFloat = new Float64Array(scratchWords.buffer);
const scratchFloat32 = new Float32Array(scratchWords.buffer, 0, 1);

/**
 * Appends `count` samples encoded by `encodeSample` from `bytes[start]` on. Throws a `FaultError` on an
 * unknown code (a snapshot may be corrupt); never reads outside `bytes` into values that matter.
 */
export function decodeSamples(bytes: Uint8Array, start: number, count: number, into: SampleBuffer): void {
  const first = into.count;
  const end = first + count;
  growSampleBuffer(into, end);
  const { timestampsMs, values, words } = into;
  let at = start;
  let timestampMs = 0;
  let timestampDelta = 0;
  let mantissa = 0;
  let mantissaDelta = 0;
  let power = 1;
  for (let i = first; i < end; i++) {
    const head = bytes[at++];
    const timeCode = head & 15;
    if (timeCode >= TIME_ABSOLUTE) {
      if (timeCode > TIME_ABSOLUTE) throw corrupt('timestamp', head);
      timestampMs = float64(bytes, at);
      at += 8;
      timestampDelta = 0;
    } else {
      if (timeCode !== TIME_REGULAR) {
        const width = timeCode === TIME_INT32 ? 4 : timeCode;
        timestampDelta += signed(bytes, at, width);
        at += width;
      }
      timestampMs += timestampDelta;
    }
    timestampsMs[i] = timestampMs;
    const valueCode = head >> 4;
    if (valueCode === VALUE_SAME) {
      if (i === first) throw corrupt('value', head);
      words[2 * i] = words[2 * i - 2];
      words[2 * i + 1] = words[2 * i - 1];
      continue;
    }
    if (valueCode >= VALUE_FLOAT32) {
      at = decodeRaw(valueCode, bytes, at, words, i);
      continue;
    }
    if (valueCode >= VALUE_DECIMAL32) {
      power = powerOf(bytes[at]);
      mantissaDelta = 0;
      const wide = valueCode === VALUE_DECIMAL64;
      mantissa = wide ? float64(bytes, at + 1) : int32(bytes, at + 1);
      at += wide ? 9 : 5;
    } else {
      if (valueCode !== VALUE_REPEAT) {
        // Codes and widths ascend together.
        const width = valueCode - VALUE_REPEAT;
        mantissaDelta = signed(bytes, at, width);
        at += width;
      }
      mantissa += mantissaDelta;
    }
    values[i] = power === 1 ? mantissa : mantissa / power;
  }
  into.count = end;
}

/** Values that are not decimals; returns where the next sample begins. */
function decodeRaw(code: number, bytes: Uint8Array, at: number, words: Uint32Array, i: number): number {
  if (code === VALUE_FLOAT64) {
    words[2 * i] = int32(bytes, at);
    words[2 * i + 1] = int32(bytes, at + 4);
    return at + 8;
  }
  if (code === VALUE_FLOAT32) {
    scratchWords[0] = int32(bytes, at);
    scratchFloat[0] = scratchFloat32[0];
    words[2 * i] = scratchWords[0];
    words[2 * i + 1] = scratchWords[1];
    return at + 4;
  }
  if (code !== VALUE_STALE) throw corrupt('value', code);
  words[2 * i] = 2;
  words[2 * i + 1] = 0x7ff0_0000;
  return at;
}

/** A signed integer of 1 to 4 bytes. */
function signed(bytes: Uint8Array, at: number, width: number): number {
  if (width === 1) return (bytes[at] << 24) >> 24;
  if (width === 2) return bytes[at] | ((bytes[at + 1] << 24) >> 16);
  if (width === 3) return bytes[at] | (bytes[at + 1] << 8) | ((bytes[at + 2] << 24) >> 8);
  return int32(bytes, at);
}

function powerOf(exponent: number): number {
  if (exponent > EXPONENT_MAX) throw corrupt('exponent', exponent);
  return POWERS_OF_TEN[exponent];
}

function int32(bytes: Uint8Array, at: number): number {
  return bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24);
}

function float64(bytes: Uint8Array, at: number): number {
  scratchWords[0] = int32(bytes, at);
  scratchWords[1] = int32(bytes, at + 4);
  return scratchFloat[0];
}

function corrupt(what: string, code: number): FaultError {
  return new FaultError(permanent('internal', `corrupt chunk: unknown ${what} code ${code}`));
}
