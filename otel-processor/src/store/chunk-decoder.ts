import { FaultError, permanent } from '../base/index.ts';
import {
  EXPONENT_MAX,
  POWERS_OF_TEN,
  TIME_ABSOLUTE,
  TIME_INT8,
  TIME_INT16,
  TIME_INT32,
  VALUE_DECIMAL32,
  VALUE_DECIMAL64,
  VALUE_FLOAT32,
  VALUE_FLOAT64,
  VALUE_INT8,
  VALUE_INT16,
  VALUE_INT24,
  VALUE_INT32,
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
    switch (head & 15) {
      case 0:
        timestampMs += timestampDelta;
        break;
      case TIME_INT8:
        timestampDelta += (bytes[at++] << 24) >> 24;
        timestampMs += timestampDelta;
        break;
      case TIME_INT16:
        timestampDelta += bytes[at] | ((bytes[at + 1] << 24) >> 16);
        at += 2;
        timestampMs += timestampDelta;
        break;
      case TIME_INT32:
        timestampDelta += int32(bytes, at);
        at += 4;
        timestampMs += timestampDelta;
        break;
      case TIME_ABSOLUTE:
        timestampMs = float64(bytes, at);
        at += 8;
        timestampDelta = 0;
        break;
      default:
        throw corrupt('timestamp', head);
    }
    timestampsMs[i] = timestampMs;
    switch (head >> 4) {
      case VALUE_SAME:
        if (i === first) throw corrupt('value', head);
        words[2 * i] = words[2 * i - 2];
        words[2 * i + 1] = words[2 * i - 1];
        continue;
      case VALUE_REPEAT:
        break;
      case VALUE_INT8:
        mantissaDelta = (bytes[at++] << 24) >> 24;
        break;
      case VALUE_INT16:
        mantissaDelta = bytes[at] | ((bytes[at + 1] << 24) >> 16);
        at += 2;
        break;
      case VALUE_INT24:
        mantissaDelta = bytes[at] | (bytes[at + 1] << 8) | ((bytes[at + 2] << 24) >> 8);
        at += 3;
        break;
      case VALUE_INT32:
        mantissaDelta = int32(bytes, at);
        at += 4;
        break;
      case VALUE_DECIMAL32:
        power = powerOf(bytes[at]);
        mantissa = int32(bytes, at + 1);
        mantissaDelta = 0;
        at += 5;
        values[i] = mantissa / power;
        continue;
      case VALUE_DECIMAL64:
        power = powerOf(bytes[at]);
        mantissa = float64(bytes, at + 1);
        mantissaDelta = 0;
        at += 9;
        values[i] = mantissa / power;
        continue;
      case VALUE_FLOAT32:
        scratchWords[0] = int32(bytes, at);
        values[i] = scratchFloat32[0];
        at += 4;
        continue;
      case VALUE_FLOAT64:
        words[2 * i] = int32(bytes, at);
        words[2 * i + 1] = int32(bytes, at + 4);
        at += 8;
        continue;
      case VALUE_STALE:
        words[2 * i] = 2;
        words[2 * i + 1] = 0x7ff0_0000;
        continue;
      default:
        throw corrupt('value', head);
    }
    mantissa += mantissaDelta;
    values[i] = power === 1 ? mantissa : mantissa / power;
  }
  into.count = end;
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
