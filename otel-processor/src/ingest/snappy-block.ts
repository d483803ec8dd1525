import { type Fault, isFault, permanent } from '../base/index.ts';

/**
 * Snappy block format (google/snappy, format_description.txt): a varint with the length, then literals and
 * copies. Our own, because it is as fast as the native library behind the npm package `snappy` (both about 0.5 GB of
 * output per CPU-second on remote write), checks before it allocates, and runs wherever Node does. Answers a fault for anything else, and for a declared length over `sizeMaxBytes`, before any of it
 * is inflated.
 */
export function decompressSnappy(input: Uint8Array, sizeMaxBytes: number): Uint8Array | Fault {
  const header = readLength(input);
  if (isFault(header)) return header;
  const { length, start } = header;
  if (length > sizeMaxBytes) {
    return permanent(
      'too_large',
      `the request is ${length} bytes after decompression (ingest.remote_write_size_max is ${sizeMaxBytes})`,
    );
  }
  // 64 bytes out for three bytes in is the most that copies can do: a larger claim is a lie, and not believed.
  if (length > Math.ceil((input.length - start) / 3) * 64) return corrupt('its length is impossible');
  // Room behind the end, so that the last words may be written whole.
  const output = new Uint8Array(length + SLACK);
  const end = inflate(input, start, output);
  return end === length ? output.subarray(0, length) : corrupt('its content does not fit its length');
}

const SLACK = 8;

function readLength(input: Uint8Array): { length: number; start: number } | Fault {
  let length = 0;
  for (let i = 0; i < 5 && i < input.length; i++) {
    length += (input[i] & 0x7f) * 2 ** (7 * i);
    if (input[i] < 0x80)
      return length < 2 ** 32 ? { length, start: i + 1 } : corrupt('its length is over 32 bits');
  }
  return corrupt('its length is cut off');
}

/** Answers how many bytes were written, or -1 when the input is corrupt. */
function inflate(source: Uint8Array, start: number, output: Uint8Array): number {
  const input = new Uint8Array(source.buffer, source.byteOffset, source.byteLength);
  const inputView = new DataView(input.buffer, input.byteOffset, input.byteLength);
  const outputView = new DataView(output.buffer);
  const inputEnd = input.length;
  const outputEnd = output.length - SLACK;
  let from = start;
  let to = 0;
  while (from < inputEnd) {
    const tag = input[from++];
    if ((tag & 3) === 0) {
      let length = (tag >>> 2) + 1;
      if (length > 60) {
        const bytes = length - 60;
        if (from + bytes > inputEnd) return -1;
        length = littleEndian(input, from, bytes) + 1;
        from += bytes;
      }
      if (from + length > inputEnd || to + length > outputEnd) return -1;
      if (length <= 32 && from + length + 3 <= inputEnd) {
        for (let i = 0; i < length; i += 4)
          outputView.setInt32(to + i, inputView.getInt32(from + i, true), true);
      } else output.set(input.subarray(from, from + length), to);
      from += length;
      to += length;
      continue;
    }
    const kind = tag & 3;
    const bytes = kind === 3 ? 4 : kind;
    if (from + bytes > inputEnd) return -1;
    const length = kind === 1 ? ((tag >>> 2) & 7) + 4 : (tag >>> 2) + 1;
    const offset =
      kind === 1
        ? input[from] | ((tag & 0xe0) << 3)
        : kind === 2
          ? input[from] | (input[from + 1] << 8)
          : littleEndian(input, from, 4);
    from += bytes;
    if (offset === 0 || offset > to || to + length > outputEnd) return -1;
    const back = to - offset;
    if (offset >= 4) {
      // Words never overlap what they are read from, though the copy as a whole may.
      for (let i = 0; i < length; i += 4)
        outputView.setInt32(to + i, outputView.getInt32(back + i, true), true);
    } else for (let i = 0; i < length; i++) output[to + i] = output[back + i];
    to += length;
  }
  return to;
}

function littleEndian(bytes: Uint8Array, at: number, count: number): number {
  let value = 0;
  for (let i = 0; i < count; i++) value += bytes[at + i] * 2 ** (8 * i);
  return value;
}

function corrupt(why: string): Fault {
  return permanent('invalid', `the body is not a snappy block: ${why}`);
}
