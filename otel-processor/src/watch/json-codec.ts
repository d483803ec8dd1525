import type { ByteReader, ByteWriter } from '../base/index.ts';

/** JSON with the numbers that JSON has not. */
export function writeJson(writer: ByteWriter, value: unknown): void {
  const text = JSON.stringify(value, (_key, item) =>
    typeof item === 'number' && !Number.isFinite(item) ? { $number: String(item) } : item,
  );
  writer.string(text);
}

/** What `writeJson` wrote. */
export function readJson(reader: ByteReader): unknown {
  return JSON.parse(reader.string(), (_key, item) =>
    item !== null && typeof item === 'object' && '$number' in item ? Number(item.$number) : item,
  );
}
