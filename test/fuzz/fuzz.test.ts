import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createPrng } from '../../otel-processor/src/base/index.ts';
import { corpusOf, fuzz, keep } from './fuzz.ts';
import { mutate } from './mutate.ts';
import { fuzzFolder, loadTarget, targetFiles } from './target.ts';

const seed = Number(process.env['FUZZ_SEED'] ?? Math.floor(Math.random() * 0x1_0000_0000));

function fixture(name: string): string {
  return join(fuzzFolder, 'fixtures', `${name}.target.ts`);
}

describe('the fuzzer itself', () => {
  test('a sound target passes', async () => {
    const report = await fuzz(fixture('sound'), { seconds: 0.3, seed: 1 });
    expect(report.failures).toEqual([]);
    expect(report.inputs).toBeGreaterThan(100);
  });

  test('a throw is found, shortened and still throws', async () => {
    const report = await fuzz(fixture('throws'), { seconds: 0.5, seed: 1 });
    expect(report.failures.map((failure) => failure.kind)).toEqual(['throw']);
    expect(report.failures[0].message).toContain('length out of range');
    expect(report.failures[0].bytes.length).toBe(9);
    expect(report.failures[0].bytes.includes(0xff)).toBe(true);
  });

  test('an endless loop is ended from outside, with its input', async () => {
    const report = await fuzz(fixture('hangs'), { seconds: 60, seed: 1, hangMs: 500 });
    expect(report.failures.map((failure) => failure.kind)).toEqual(['hang']);
    expect(report.failures[0].bytes.includes(0xff)).toBe(true);
  });

  test('an input that takes more than a second is a failure', async () => {
    const report = await fuzz(fixture('slow'), { seconds: 1, seed: 1 });
    expect(report.failures.map((failure) => failure.kind)).toEqual(['slow']);
  });

  test('memory that is kept is a failure', async () => {
    const report = await fuzz(fixture('grows'), { seconds: 2, seed: 1 });
    expect(report.failures.map((failure) => failure.kind)).toEqual(['memory']);
  });

  test('the same seed makes the same inputs', () => {
    const pool = [new TextEncoder().encode('{"a": [1, 2]}'), Uint8Array.of(10, 3, 1, 2, 3)];
    const make = (n: number): Uint8Array[] => {
      const prng = createPrng(n);
      return Array.from({ length: 200 }, () => mutate(pool, prng));
    };
    expect(make(3)).toEqual(make(3));
    expect(make(3)).not.toEqual(make(4));
  });

  test('a kept input comes back from the corpus', () => {
    const corpus = mkdtempSync(join(tmpdir(), 'statbar-corpus-'));
    try {
      const path = keep(corpus, 'some', Uint8Array.of(1, 2, 3));
      expect(corpusOf(corpus, 'some')).toEqual([{ path, bytes: Uint8Array.of(1, 2, 3) }]);
      expect(corpusOf(corpus, 'other')).toEqual([]);
    } finally {
      rmSync(corpus, { recursive: true });
    }
  });
});

describe.each(targetFiles().map((path) => [path.slice(fuzzFolder.length + 1), path]))('%s', (_file, path) => {
  test('inputs that once broke it do not any more', async () => {
    const target = await loadTarget(path);
    for (const kept of corpusOf(join(fuzzFolder, 'corpus'), target.name)) {
      expect(() => target.run(kept.bytes), kept.path).not.toThrow();
      await expect(Promise.resolve(target.settled?.()), kept.path).resolves.toBeUndefined();
    }
  });

  test(`a second of mutated inputs breaks nothing (seed ${seed})`, async () => {
    const report = await fuzz(path, { seconds: 1, seed });
    const { name } = await loadTarget(path);
    const broken = report.failures.map((failure) => {
      const kept = keep(join(fuzzFolder, 'corpus'), name, failure.bytes);
      return `${failure.kind}: ${failure.message} (${kept})`;
    });
    expect(broken).toEqual([]);
    expect(report.inputs).toBeGreaterThan(10);
  });
});
