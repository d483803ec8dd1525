import { PointRefusal, quoted } from './point-refusal.ts';
import type { Attribute } from './translation/index.ts';
import { BYTES, type WireReader } from './wire.ts';

export interface AttributeLimits {
  readonly labels_per_series_max: number;
  readonly nesting_max: number;
}

/** What was tolerated while reading attributes; the decoder counts it. */
export interface AttributeNotes {
  /** `key_strindex` or `string_value_strindex` outside profiles: read as empty. */
  stringIndexes: number;
  emptyKeys: number;
}

/**
 * Reads every occurrence of field `field` (repeated KeyValue) in the message [start, end). Throws
 * `PointRefusal` for text that is not UTF-8, for too many attributes and for too deep ones.
 */
export function readAttributes(
  reader: WireReader,
  start: number,
  end: number,
  field: number,
  limits: AttributeLimits,
  notes: AttributeNotes,
  into: Attribute[] = [],
): Attribute[] {
  const values = new AnyValueReader(reader, limits, notes);
  const wanted = field * 8 + BYTES;
  reader.pos = start;
  while (reader.pos < end) {
    const tag = reader.tag(end);
    if (tag !== wanted) {
      reader.skip(tag, end);
      continue;
    }
    const next = reader.lengthEnd(end);
    if (into.length >= limits.labels_per_series_max) {
      throw new PointRefusal(
        'too_many_labels',
        () => `more than ${limits.labels_per_series_max} attributes (ingest.labels_per_series_max)`,
      );
    }
    const { key, value } = values.keyValue(next, 1, textOf);
    if (key === '') notes.emptyKeys += 1;
    else into.push([key, value]);
    reader.pos = next;
  }
  return into;
}

type Reading = 'text' | 'json';
const textOf: Reading = 'text';

/** AnyValue as text: scalars as they are, bytes in base64, arrays and maps as JSON (keys sorted). */
class AnyValueReader {
  readonly #reader: WireReader;
  readonly #limits: AttributeLimits;
  readonly #notes: AttributeNotes;

  constructor(reader: WireReader, limits: AttributeLimits, notes: AttributeNotes) {
    this.#reader = reader;
    this.#limits = limits;
    this.#notes = notes;
  }

  /** The KeyValue from the cursor to `end`. */
  keyValue(end: number, depth: number, reading: Reading): { key: string; value: string } {
    const reader = this.#reader;
    let key = '';
    let value = reading === 'json' ? 'null' : '';
    while (reader.pos < end) {
      const tag = reader.tag(end);
      if (tag === 0x0a) {
        key = this.#text(reader.lengthEnd(end));
      } else if (tag === 0x12) {
        value = this.#anyValue(reader.lengthEnd(end), depth, reading);
      } else {
        if (tag === 0x18) this.#notes.stringIndexes += 1;
        reader.skip(tag, end);
      }
    }
    return { key, value };
  }

  #anyValue(end: number, depth: number, reading: Reading): string {
    const reader = this.#reader;
    const { nesting_max: nestingMax } = this.#limits;
    if (depth > nestingMax) {
      throw new PointRefusal(
        'invalid_label',
        () => `an attribute value nested more than ${nestingMax} deep (ingest.nesting_max)`,
      );
    }
    let value = reading === 'json' ? 'null' : '';
    while (reader.pos < end) {
      const tag = reader.tag(end);
      const read = this.#field(tag, end, depth, reading);
      if (read !== undefined) value = read;
    }
    return value;
  }

  /** One field of AnyValue; undefined for fields that carry no value known here. */
  #field(tag: number, end: number, depth: number, reading: Reading): string | undefined {
    const reader = this.#reader;
    const json = reading === 'json';
    switch (tag) {
      case 0x0a: {
        const text = this.#text(reader.lengthEnd(end));
        return json ? JSON.stringify(text) : text;
      }
      case 0x10:
        reader.varint64(end);
        return reader.lo === 0 && reader.hi === 0 ? 'false' : 'true';
      case 0x18:
        reader.varint64(end);
        return integerText(reader.lo, reader.hi);
      case 0x21: {
        const value = reader.float64(end);
        return json && !Number.isFinite(value) ? JSON.stringify(String(value)) : String(value);
      }
      case 0x2a:
        return this.#array(reader.lengthEnd(end), depth);
      case 0x32:
        return this.#map(reader.lengthEnd(end), depth);
      case 0x3a: {
        const next = reader.lengthEnd(end);
        const text = base64(reader.bytes.subarray(reader.pos, next));
        reader.pos = next;
        return json ? JSON.stringify(text) : text;
      }
      case 0x40:
        this.#notes.stringIndexes += 1;
        reader.varint64(end);
        return json ? '""' : '';
      default:
        reader.skip(tag, end);
        return undefined;
    }
  }

  #array(end: number, depth: number): string {
    const reader = this.#reader;
    const items: string[] = [];
    while (reader.pos < end) {
      const tag = reader.tag(end);
      if (tag === 0x0a) items.push(this.#anyValue(reader.lengthEnd(end), depth + 1, 'json'));
      else reader.skip(tag, end);
    }
    return `[${items.join(',')}]`;
  }

  /** Keys are sorted, so that the order in which a client sends them does not make another series. */
  #map(end: number, depth: number): string {
    const reader = this.#reader;
    const entries = new Map<string, string>();
    while (reader.pos < end) {
      const tag = reader.tag(end);
      if (tag !== 0x0a) {
        reader.skip(tag, end);
        continue;
      }
      const { key, value } = this.keyValue(reader.lengthEnd(end), depth + 1, 'json');
      entries.set(key, value);
    }
    const keys = [...entries.keys()].sort();
    return `{${keys.map((key) => `${JSON.stringify(key)}:${entries.get(key)}`).join(',')}}`;
  }

  #text(end: number): string {
    const reader = this.#reader;
    const text = reader.text(reader.pos, end);
    if (text === undefined) {
      const { bytes, pos } = reader;
      throw new PointRefusal('invalid_label', () => {
        const shown = new TextDecoder().decode(bytes.subarray(pos, Math.min(end, pos + 120)));
        return `attribute text that is not UTF-8: ${quoted(shown)}`;
      });
    }
    reader.pos = end;
    return text;
  }
}

/** The signed 64-bit integer of two halves, in decimal. */
export function integerText(lo: number, hi: number): string {
  if (hi === lo >> 31) return String(lo);
  return String(BigInt.asIntN(64, (BigInt(hi) << 32n) | BigInt(lo >>> 0)));
}

export function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}

/** Lower-case hexadecimal, as trace and span ids are written. */
export function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
}
