import { type Fault, isFault, permanent } from '../base/index.ts';

/**
 * Snappy block format (google/snappy, format_description.txt): a varint with the length, then literals and
 * copies. Answers a fault for anything else, and for a declared length over `sizeMaxBytes`, before any of it
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
  const output = new Uint8Array(length);
  const end = inflate(input, start, output);
  return end === length ? output : corrupt('its content does not fit its length');
}

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
function inflate(input: Uint8Array, start: number, output: Uint8Array): number {
  const inputEnd = input.length;
  const outputEnd = output.length;
  let from = start;
  let to = 0;
  while (from < inputEnd) {
    const tag = input[from++];
    if ((tag & 3) === 0) {
      let length = (tag >>> 2) + 1;
      if (length > 60) {
        const bytes = length - 60;
        if (from + bytes > inputEnd) return -1;
        length = 1;
        for (let i = 0; i < bytes; i++) length += input[from + i] * 2 ** (8 * i);
        from += bytes;
      }
      if (from + length > inputEnd || to + length > outputEnd) return -1;
      if (length <= 16) for (let i = 0; i < length; i++) output[to + i] = input[from + i];
      else output.set(input.subarray(from, from + length), to);
      from += length;
      to += length;
      continue;
    }
    const kind = tag & 3;
    const bytes = kind === 3 ? 4 : kind;
    if (from + bytes > inputEnd) return -1;
    const length = kind === 1 ? ((tag >>> 2) & 7) + 4 : (tag >>> 2) + 1;
    let offset = input[from];
    if (kind === 1) offset |= (tag & 0xe0) << 3;
    else offset |= input[from + 1] << 8;
    if (kind === 3) offset += input[from + 2] * 0x1_0000 + input[from + 3] * 0x100_0000;
    from += bytes;
    if (offset === 0 || offset > to || to + length > outputEnd) return -1;
    // Byte by byte, because a copy may reach into what it is writing.
    for (let i = 0; i < length; i++) output[to + i] = output[to - offset + i];
    to += length;
  }
  return to;
}

function corrupt(why: string): Fault {
  return permanent('invalid', `the body is not a snappy block: ${why}`);
}
