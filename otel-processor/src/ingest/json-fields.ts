import { FaultError, permanent } from '../base/index.ts';

/** A JSON object whose fields are not yet known to be anything. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Refuses the request, naming the field; never returns. */
export function invalidField(key: string, expected: string): never {
  throw new FaultError(permanent('invalid', `invalid OTLP/JSON: ${key} must be ${expected}`));
}

/** The object in field `key`; undefined when it is absent or null (protobuf's JSON mapping: the default). */
export function objectField(parent: JsonObject, key: string): JsonObject | undefined {
  const value = parent[key];
  if (value === undefined || value === null) return undefined;
  return asObject(value, key);
}

export function asObject(value: unknown, key: string): JsonObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) invalidField(key, 'an object');
  return value as JsonObject;
}

const nothing: readonly unknown[] = [];

export function arrayField(parent: JsonObject, key: string): readonly unknown[] {
  const value = parent[key];
  if (value === undefined || value === null) return nothing;
  if (!Array.isArray(value)) invalidField(key, 'an array');
  return value;
}

export function textField(parent: JsonObject, key: string): string {
  const value = parent[key];
  if (value === undefined || value === null) return '';
  if (typeof value !== 'string') invalidField(key, 'a string');
  return value;
}

export function booleanField(parent: JsonObject, key: string): boolean {
  const value = parent[key];
  if (value === undefined || value === null) return false;
  if (typeof value !== 'boolean') invalidField(key, 'true or false');
  return value;
}

/** A double; undefined when absent. Numbers, and strings such as "NaN", "-Infinity" or "1.5". */
export function doubleField(parent: JsonObject, key: string): number | undefined {
  const value = parent[key];
  return value === undefined || value === null ? undefined : asDouble(value, key);
}

export function asDouble(value: unknown, key: string): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'string' && value.trim() !== '') {
    const number = Number(value);
    if (!Number.isNaN(number) || value === 'NaN') return number;
  }
  return invalidField(key, 'a number, or "NaN", "Infinity" or "-Infinity"');
}

/** A whole number of at most 32 bits, signed or not; 0 when absent. Enums must be numbers in OTLP/JSON. */
export function integerField(parent: JsonObject, key: string, allowText = true): number {
  const value = parent[key];
  if (value === undefined || value === null) return 0;
  const number = typeof value === 'string' && allowText && /^-?\d+$/.test(value) ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isInteger(number) || Math.abs(number) > 0xffff_ffff) {
    return invalidField(key, 'a whole number of 32 bits');
  }
  return number;
}

/** Two halves of a 64-bit integer, as signed 32-bit numbers. Reused: read them before the next call. */
export const halves = { lo: 0, hi: 0 };

/** The last two long integers that were read: points of a request share their times. */
const recent = [
  { text: '', lo: 0, hi: 0 },
  { text: '', lo: 0, hi: 0 },
];
let oldest = 0;

/** Reads a 64-bit integer, a number or decimal text, signed or not, into `halves`. */
export function toHalves(value: unknown, key: string): void {
  if (typeof value === 'number' && Number.isSafeInteger(value)) {
    halves.lo = value | 0;
    halves.hi = Math.floor(value / 0x1_0000_0000) | 0;
    return;
  }
  if (typeof value === 'number' && Number.isInteger(value)) {
    fromBigInt(BigInt(value), key);
    return;
  }
  const known = value === recent[0].text ? recent[0] : value === recent[1].text ? recent[1] : undefined;
  if (known !== undefined && value !== '') {
    halves.lo = known.lo;
    halves.hi = known.hi;
    return;
  }
  if (typeof value !== 'string' || !/^-?\d{1,20}$/.test(value)) {
    invalidField(key, 'a whole number of 64 bits, as a number or a string');
  }
  if (value.length <= 15) {
    toHalves(Number(value), key);
    return;
  }
  fromBigInt(BigInt(value), key);
  const entry = recent[oldest];
  oldest = 1 - oldest;
  entry.text = value;
  entry.lo = halves.lo;
  entry.hi = halves.hi;
}

function fromBigInt(value: bigint, key: string): void {
  if (value >= 1n << 64n || value < -(1n << 63n)) invalidField(key, 'a whole number of 64 bits');
  halves.lo = Number(BigInt.asIntN(32, value));
  halves.hi = Number(BigInt.asIntN(32, value >> 32n));
}

/** Bytes in base64, either alphabet, padded or not. */
export function base64Bytes(value: unknown, key: string): Uint8Array {
  if (typeof value !== 'string' || !/^[A-Za-z0-9+/_-]*={0,2}$/.test(value)) invalidField(key, 'base64');
  return Buffer.from(value, 'base64');
}

/** Bytes in hexadecimal of either case: trace and span ids (OTLP specification, "JSON Protobuf Encoding"). */
export function hexBytes(value: unknown, key: string): Uint8Array {
  if (value === undefined || value === null) return new Uint8Array(0);
  if (typeof value !== 'string' || value.length % 2 !== 0 || !/^[0-9a-fA-F]*$/.test(value)) {
    invalidField(key, 'hexadecimal');
  }
  return Buffer.from(value, 'hex');
}
