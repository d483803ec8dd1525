import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPrng, ManualClock } from '../base/index.ts';
import { MemoryDisk } from './memory-disk.suite.ts';
import {
  abandon,
  batchOf,
  matcher,
  type OpenStore,
  openStore,
  readAll,
  START_MS,
} from './store-harness.suite.ts';

type Operation =
  | { readonly kind: 'append'; readonly rows: readonly (readonly [number, number])[]; readonly wait: boolean }
  | { readonly kind: 'seal' | 'sealDue' | 'snapshot' | 'reopen' | 'check' }
  | { readonly kind: 'crash'; readonly seed: number }
  | { readonly kind: 'delete'; readonly series: number; readonly from: number; readonly to: number };

const SERIES = 4;
const STEP_MS = 60_000;
/** Offsets from a slowly advancing cursor: mostly forward, some late, some far ahead. */
const anyRows = fc.array(
  fc.tuple(
    fc.nat(SERIES - 1),
    fc.oneof(
      { weight: 6, arbitrary: fc.integer({ min: 0, max: 12 }) },
      { weight: 3, arbitrary: fc.integer({ min: -9, max: 0 }) },
      { weight: 1, arbitrary: fc.integer({ min: 50, max: 160 }) },
    ),
  ),
  { minLength: 1, maxLength: 12 },
);
const anyOperation: fc.Arbitrary<Operation> = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.record({ kind: fc.constant('append' as const), rows: anyRows, wait: fc.boolean() }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constantFrom(
        'seal' as const,
        'sealDue' as const,
        'snapshot' as const,
        'reopen' as const,
        'check' as const,
      ),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('crash' as const), seed: fc.integer() }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('delete' as const),
      series: fc.nat(SERIES - 1),
      from: fc.integer({ min: -10, max: 60 }),
      to: fc.integer({ min: 0, max: 100 }),
    }),
  },
);

/** Keyed `series/time`; what must be there, and what may be. */
class Model {
  certain = new Set<string>();
  possible = new Set<string>();
}

class Run {
  readonly model = new Model();
  readonly dir: string;
  disk = new MemoryDisk();
  open: OpenStore | undefined;
  pending: Array<Promise<void>> = [];
  cursorMs = START_MS;
  #life = 0;

  constructor(dir: string) {
    this.dir = dir;
  }

  async start(): Promise<void> {
    const settings = {
      wal_segment_size: 2000,
      snapshot_wal_size: 6000,
      block_range: '1h',
      out_of_order_samples_max: 5,
    };
    const clock = new ManualClock(this.cursorMs);
    this.open = await openStore(this.dir, settings, { disk: this.disk, clock });
    this.#life += 1;
  }

  async do(operation: Operation): Promise<void> {
    const { store, registry, clock } = this.open!;
    switch (operation.kind) {
      case 'append': {
        const rows = operation.rows.map(([series, offset]) =>
          rowOf(series, this.cursorMs + offset * STEP_MS),
        );
        const batch = batchOf(registry, rows);
        const keys = rows.map((row) => `${row.labels.id}/${row.timestampMs}`);
        const life = this.#life;
        const stored = store.append(batch).then((fault) => {
          // What settles after the crash tells nobody anything.
          if (fault !== undefined || life !== this.#life) return;
          for (const key of keys) if (this.model.possible.has(key)) this.model.certain.add(key);
        });
        keys.forEach((key, point) => {
          if (!batch.rejections.has(point)) this.model.possible.add(key);
        });
        this.pending.push(stored);
        if (operation.wait) await stored;
        this.cursorMs += 3 * STEP_MS;
        clock.jumpTo(this.cursorMs);
        return;
      }
      case 'seal':
        expect(await store.seal()).toBeUndefined();
        return;
      case 'sealDue':
        await store.maintain();
        return;
      case 'snapshot':
        expect(await store.snapshot()).toBeUndefined();
        return;
      case 'check':
        await this.check();
        return;
      case 'delete': {
        await Promise.all(this.pending);
        const fromMs = START_MS + operation.from * STEP_MS;
        const toMs = START_MS + operation.to * STEP_MS;
        await store.deleteSeries([matcher(`id=${operation.series}`)], fromMs, toMs);
        for (const keys of [this.model.certain, this.model.possible]) {
          for (const key of [...keys]) {
            const [series, timestampMs] = key.split('/').map(Number);
            if (series === operation.series && timestampMs >= fromMs && timestampMs <= toMs) keys.delete(key);
          }
        }
        return;
      }
      case 'reopen':
        expect(await store.close(60_000)).toBeUndefined();
        await Promise.all(this.pending);
        this.pending = [];
        await this.start();
        await this.check();
        return;
      case 'crash':
        this.#life += 1;
        this.disk = this.disk.crash(createPrng(operation.seed));
        this.pending = [];
        await abandon(this.open!);
        await this.start();
        // Only so that its files do not stay open: it writes to the disk as it was before.
        await store.close(0);
        // What made it through the crash is as good as acknowledged from now on; what did not is gone.
        this.model.possible = await this.check();
        this.model.certain = new Set(this.model.possible);
        return;
    }
  }

  /** Everything certain is there, once, with its value; nothing is there that was never sent. */
  async check(): Promise<Set<string>> {
    const found = new Set<string>();
    for (const [name, samples] of Object.entries(await readAll(this.open!.store))) {
      const series = Number(/id="(\d+)"/.exec(name)?.[1]);
      let previousMs = Number.NEGATIVE_INFINITY;
      for (const [timestampMs, value] of samples) {
        expect(timestampMs).toBeGreaterThan(previousMs);
        previousMs = timestampMs;
        expect(value).toBe(rowOf(series, timestampMs).value);
        found.add(`${series}/${timestampMs}`);
      }
    }
    expect([...found].filter((key) => !this.model.possible.has(key))).toEqual([]);
    expect([...this.model.certain].filter((key) => !found.has(key))).toEqual([]);
    return found;
  }
}

function rowOf(series: number, timestampMs: number) {
  const labels = { __name__: 'm', id: String(series) };
  return { labels, timestampMs, value: Math.sin(timestampMs) * (series % 2 === 0 ? 1 : 1000) };
}

describe('store', () => {
  it('equals a map of samples through appends, seals, snapshots, deletions, restarts and power cuts', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyOperation, { minLength: 1, maxLength: 25 }), async (operations) => {
        const dir = await mkdtemp(join(tmpdir(), 'statbar-model-'));
        const run = new Run(dir);
        try {
          await run.start();
          for (const operation of operations) await run.do(operation);
          await run.do({ kind: 'reopen' });
        } finally {
          await run.open?.store.close(1000);
          await rm(dir, { recursive: true, force: true });
        }
      }),
      { numRuns: 40 },
    );
  }, 60_000);
});
