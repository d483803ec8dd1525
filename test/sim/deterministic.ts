import { syncBuiltinESMExports } from 'node:module';
import zlib from 'node:zlib';

/**
 * What would differ from run to run although seed and clock are the same: what runs on zlib's threads, whose
 * end nobody can foretell, and random ids. While a simulation runs both follow from the seed.
 */
export async function deterministic<T>(uint32: () => number, run: () => Promise<T>): Promise<T> {
  const { zstdCompress, zstdDecompress } = zlib;
  const { randomUUID } = crypto;
  zlib.zstdCompress = inTurn(zlib.zstdCompressSync) as typeof zstdCompress;
  zlib.zstdDecompress = inTurn(zlib.zstdDecompressSync) as typeof zstdDecompress;
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
    zlib.zstdDecompress = zstdDecompress;
    crypto.randomUUID = randomUUID;
    syncBuiltinESMExports();
  }
}

type Done = (error: unknown, result?: Buffer) => void;

function inTurn(run: (bytes: Uint8Array, options: object) => Buffer) {
  return (bytes: Uint8Array, options: object, done: Done): void => {
    let result: Buffer;
    try {
      result = run(bytes, options);
    } catch (error) {
      setImmediate(() => done(error));
      return;
    }
    setImmediate(() => done(null, result));
  };
}
