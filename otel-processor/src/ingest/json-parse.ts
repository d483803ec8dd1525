import { FaultError, permanent } from '../base/index.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** A bare number that a double cannot be trusted to hold; also matches inside strings, which costs only time. */
const LONG_BARE_NUMBER = /[:,[\s-]\d{16}/;

/**
 * Whether `bytes` may hold more than `valuesMax` JSON values: every value but the first of a list or object comes
 * after a comma. What is in strings is counted too, which errs on the side of refusal.
 */
export function hasMoreValues(bytes: Uint8Array, valuesMax: number): boolean {
  if (bytes.length <= valuesMax) return false;
  let count = 0;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i];
    if (byte === 0x2c || byte === 0x7b || byte === 0x5b) count += 1;
  }
  return count > valuesMax;
}

/**
 * Parses UTF-8 JSON. Integers that are too long for a double come back as strings of their digits, because
 * OTLP allows 64-bit values as bare numbers. Throws `FaultError` for anything that is not JSON.
 */
export function parseJson(bytes: Uint8Array): unknown {
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch {
    throw new FaultError(permanent('invalid', 'the request is not UTF-8'));
  }
  try {
    if (!LONG_BARE_NUMBER.test(text)) return JSON.parse(text);
    return JSON.parse(text, exactIntegers);
  } catch (error) {
    // A RangeError comes from nesting deeper than the parser's stack: as hopeless for the client as bad syntax.
    if (!(error instanceof SyntaxError) && !(error instanceof RangeError)) throw error;
    throw new FaultError(permanent('invalid', `the request is not valid JSON: ${error.message}`));
  }
}

function exactIntegers(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  if (typeof value !== 'number' || Number.isSafeInteger(value)) return value;
  const source = context?.source;
  return source !== undefined && /^-?\d+$/.test(source) ? source : value;
}
