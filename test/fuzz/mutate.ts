import type { Prng } from '../../otel-processor/src/base/index.ts';

/** Longest input that mutation makes. */
export const INPUT_BYTES_MAX = 256 * 1024;

type Mutation = (bytes: Uint8Array, prng: Prng, pool: readonly Uint8Array[]) => Uint8Array;

const interestingBytes = [0, 1, 0x7f, 0x80, 0xff, 0x20, 0x0a, 0x22, 0x28, 0x29, 0x5b, 0x7b];
const interestingWords = [0, 1, 0x7fffffff, 0x80000000, 0xffffffff, 0x10000, 0x100000, 0x7ff00000];

/** Tokens that formats trip over: lengths that lie, numbers at the edges, openers without closers. */
const dictionary: readonly Uint8Array[] = [
  Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0x0f),
  Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01),
  Uint8Array.of(0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00),
  Uint8Array.of(0, 0, 0, 0, 0, 0, 0xf0, 0x7f),
  Uint8Array.of(2, 0, 0, 0, 0, 0, 0xf0, 0x7f),
  Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0x80),
  ...[
    '[[[[[[[[[[[[[[[[',
    '{"a":{"a":{"a":',
    '((((((((((((((((',
    'null',
    '1e999',
    '-0',
    'NaN',
    '+Inf',
    '9223372036854775808',
    '\\u0000',
    '\\ud800',
    '__name__',
    '__proto__',
    'constructor',
    'by (',
    'offset -1h',
    '@ end()',
    '[5m:1s]',
    '=~".*"',
    '\u0000',
    '\u{1f600}',
  ].map((text) => new TextEncoder().encode(text)),
];

function position(bytes: Uint8Array, prng: Prng): number {
  return bytes.length === 0 ? 0 : prng.integer(0, bytes.length);
}

/** `bytes` with [start, end) replaced. */
function replaced(bytes: Uint8Array, start: number, end: number, middle: Uint8Array): Uint8Array {
  const result = new Uint8Array(start + middle.length + bytes.length - end);
  result.set(bytes.subarray(0, start));
  result.set(middle, start);
  result.set(bytes.subarray(end), start + middle.length);
  return result;
}

function range(bytes: Uint8Array, prng: Prng): [start: number, end: number] {
  const start = position(bytes, prng);
  // Mostly short runs: a long cut throws the structure away.
  const length = prng.next() < 0.8 ? prng.integer(1, 17) : prng.integer(1, bytes.length + 2);
  return [start, Math.min(bytes.length, start + length)];
}

/** The varint that starts at a random place (any byte may be one), with another value in its room. */
function tweakVarint(bytes: Uint8Array, prng: Prng): Uint8Array {
  const start = position(bytes, prng);
  let end = start;
  let value = 0;
  while (end < bytes.length && end - start < 5) {
    value += (bytes[end] & 0x7f) * 2 ** (7 * (end - start));
    end += 1;
    if (bytes[end - 1] < 0x80) break;
  }
  const choices = [value + 1, Math.max(0, value - 1), value * 2, 0, bytes.length, 2 ** 31 - 1, 2 ** 32];
  let rest = choices[prng.integer(0, choices.length)];
  const digits: number[] = [];
  while (rest >= 0x80) {
    digits.push((rest % 0x80) | 0x80);
    rest = Math.floor(rest / 0x80);
  }
  digits.push(rest);
  return replaced(bytes, start, end, Uint8Array.from(digits));
}

function setWord(bytes: Uint8Array, prng: Prng): Uint8Array {
  if (bytes.length < 4) return bytes;
  const copy = bytes.slice();
  const view = new DataView(copy.buffer);
  const at = prng.integer(0, copy.length - 3);
  const chosen = interestingWords[prng.integer(0, interestingWords.length)];
  const word = prng.next() < 0.5 ? chosen : view.getUint32(at, true) + prng.integer(-16, 17);
  view.setUint32(at, word >>> 0, true);
  return copy;
}

const mutations: readonly Mutation[] = [
  (bytes, prng) => {
    const copy = bytes.slice();
    if (copy.length > 0) copy[position(copy, prng)] ^= 1 << prng.integer(0, 8);
    return copy;
  },
  (bytes, prng) => {
    const copy = bytes.slice();
    const chosen =
      prng.next() < 0.5 ? interestingBytes[prng.integer(0, interestingBytes.length)] : prng.integer(0, 256);
    if (copy.length > 0) copy[position(copy, prng)] = chosen;
    return copy;
  },
  tweakVarint,
  tweakVarint,
  setWord,
  (bytes, prng) => replaced(bytes, ...range(bytes, prng), new Uint8Array(0)),
  (bytes, prng) => {
    const [start, end] = range(bytes, prng);
    return replaced(bytes, start, start, bytes.slice(start, end));
  },
  (bytes, prng) => {
    const at = position(bytes, prng);
    return replaced(bytes, at, at, dictionary[prng.integer(0, dictionary.length)]);
  },
  (bytes, prng) => {
    const token = dictionary[prng.integer(0, dictionary.length)];
    const at = position(bytes, prng);
    return replaced(bytes, at, Math.min(bytes.length, at + token.length), token);
  },
  (bytes, prng) => bytes.slice(0, position(bytes, prng)),
  // Splice: the head of one input, the tail or a piece of another.
  (bytes, prng, pool) => {
    const other = pool[prng.integer(0, pool.length)];
    return replaced(bytes, position(bytes, prng), bytes.length, other.slice(position(other, prng)));
  },
  (bytes, prng, pool) => {
    const other = pool[prng.integer(0, pool.length)];
    const at = position(bytes, prng);
    return replaced(bytes, at, at, other.slice(...range(other, prng)));
  },
];

/** One new input from the pool: a few mutations of one of its members, at most `INPUT_BYTES_MAX` long. */
export function mutate(pool: readonly Uint8Array[], prng: Prng): Uint8Array {
  let bytes = pool[prng.integer(0, pool.length)];
  const times = 1 + prng.integer(0, prng.next() < 0.7 ? 3 : 12);
  for (let i = 0; i < times; i++) {
    bytes = mutations[prng.integer(0, mutations.length)](bytes, prng, pool);
    if (bytes.length > INPUT_BYTES_MAX) bytes = bytes.slice(0, INPUT_BYTES_MAX);
  }
  return bytes;
}
