/** Smallest and largest buffer that is kept, as powers of two. */
const SMALLEST_BITS = 12;
const LARGEST_BITS = 22;

/**
 * Buffers that request bodies are gathered in, used again and again: memory outside the heap that is allocated
 * per request makes the garbage collector walk the whole heap several times a second under load.
 */
export interface BodyPool {
  /** A buffer of at least `sizeBytes`; its content is whatever was there before. */
  take(sizeBytes: number): Uint8Array;
  /** Gives a buffer back, after which nobody may look into it. */
  give(buffer: Uint8Array): void;
  /** Bytes of the buffers that wait for use. */
  readonly idleBytes: number;
}

/** Keeps buffers of at most `idleBytesMax` in all. */
export function createBodyPool(idleBytesMax: number): BodyPool {
  const idle: Uint8Array[][] = Array.from({ length: LARGEST_BITS + 1 }, () => []);
  let idleBytes = 0;
  return {
    take(sizeBytes) {
      const bits = Math.max(SMALLEST_BITS, Math.ceil(Math.log2(sizeBytes)));
      if (bits > LARGEST_BITS) return Buffer.allocUnsafeSlow(sizeBytes);
      const buffer = idle[bits].pop();
      if (buffer === undefined) return Buffer.allocUnsafeSlow(2 ** bits);
      idleBytes -= buffer.length;
      return buffer;
    },
    give(buffer) {
      const bits = Math.log2(buffer.length);
      if (!Number.isInteger(bits) || bits > LARGEST_BITS || idleBytes + buffer.length > idleBytesMax) return;
      idle[bits].push(buffer);
      idleBytes += buffer.length;
    },
    get idleBytes() {
      return idleBytes;
    },
  };
}
