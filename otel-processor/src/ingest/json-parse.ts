import { FaultError, permanent } from '../base/index.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** A bare number that a double cannot be trusted to hold; also matches inside strings, which costs only time. */
const LONG_BARE_NUMBER = /[:,[\s-]\d{16}/;

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
