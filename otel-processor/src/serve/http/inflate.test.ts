import { gzipSync } from 'node:zlib';
import { expect, test, vi } from 'vitest';

/** Counts how many bodies the thread pool has at once; they are decompressed for real. */
const pool = vi.hoisted(() => ({ running: 0, most: 0 }));
vi.mock('node:zlib', async (original) => {
  const real = (await original()) as { default: typeof import('node:zlib') };
  const { promisify } = await import('node:util');
  const gunzip = promisify(real.default.gunzip) as (bytes: Uint8Array, options: object) => Promise<Buffer>;
  const counted = Object.assign(() => {}, {
    [promisify.custom]: async (bytes: Uint8Array, options: object) => {
      pool.running += 1;
      pool.most = Math.max(pool.most, pool.running);
      try {
        return await gunzip(bytes, options);
      } finally {
        pool.running -= 1;
      }
    },
  });
  return { ...real, default: { ...real.default, gunzip: counted } };
});

test('no more than inflations_max large bodies are decompressed at once, and all of them come out', async () => {
  const { createInflater } = await import('./inflate.ts');
  const { inflate } = createInflater(2);
  const plain = Buffer.alloc(3_000_000, 'abc');
  const body = gzipSync(plain);
  const one = async (): Promise<Uint8Array> => (await inflate(body, 'gzip', plain.length)) as Uint8Array;
  const all = await Promise.all(Array.from({ length: 10 }, async () => [await one(), await one()] as const));
  expect(all.flat().every((bytes) => Buffer.compare(bytes, plain) === 0)).toBe(true);
  expect(pool.most).toBe(2);
});
