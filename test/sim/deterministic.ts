import { syncBuiltinESMExports } from 'node:module';
import zlib from 'node:zlib';

/**
 * What would differ from run to run although seed and clock are the same: compression on zlib's threads, whose
 * end nobody can foretell, and random ids. While a simulation runs both follow from the seed.
 */
export async function deterministic<T>(uint32: () => number, run: () => Promise<T>): Promise<T> {
  const { zstdCompress } = zlib;
  const { randomUUID } = crypto;
  const compressInTurn = (
    bytes: Uint8Array,
    options: object,
    done: (error: null, result: Buffer) => void,
  ): void => {
    const result = zlib.zstdCompressSync(bytes, options);
    setImmediate(() => done(null, result));
  };
  zlib.zstdCompress = compressInTurn as typeof zstdCompress;
  crypto.randomUUID = () => {
    const hex = [uint32(), uint32(), uint32(), uint32()]
      .map((word) => word.toString(16).padStart(8, '0'))
      .join('');
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
  };
  syncBuiltinESMExports();
  try {
    return await run();
  } finally {
    zlib.zstdCompress = zstdCompress;
    crypto.randomUUID = randomUUID;
    syncBuiltinESMExports();
  }
}
