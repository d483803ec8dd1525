import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { z } from 'zod';
import { isFault, ManualClock, silentLogger, Telemetry } from '../base/index.ts';
import {
  Batch,
  createMatcher,
  type Histogram,
  LabelSet,
  type Matcher,
  SeriesRegistry,
} from '../model/index.ts';
import { storeConfigSchema } from './config.ts';
import { createStore } from './create-store.ts';
import type { Disk } from './disk.ts';
import type { Store } from './store.ts';
import { createSampleBuffer, type Querier } from './types.ts';

export const START_MS = 1_700_006_400_000;

export interface OpenStore {
  readonly store: Store;
  readonly registry: SeriesRegistry;
  readonly clock: ManualClock;
  readonly telemetry: Telemetry;
  readonly dir: string;
}

export type StoreSettings = z.input<typeof storeConfigSchema>;

/** Opens a store whose clock stands still; a fault is the test's failure. */
export async function openStore(
  dir: string,
  settings: StoreSettings = {},
  options: { readonly disk?: Disk; readonly clock?: ManualClock } = {},
): Promise<OpenStore> {
  const registry = new SeriesRegistry();
  const clock = options.clock ?? new ManualClock(START_MS);
  const telemetry = new Telemetry();
  const config = storeConfigSchema.parse(settings);
  const { disk } = options;
  const logger = silentLogger;
  const store = await createStore(config, { dir, clock, logger, telemetry, registry, ...(disk && { disk }) });
  if (isFault(store)) throw new Error(store.message);
  return { store, registry, clock, telemetry, dir };
}

/** As the death of the process would: the lock stays behind without an owner, nothing is flushed. */
export async function abandon(open: OpenStore): Promise<void> {
  await rm(join(open.dir, 'lock'), { force: true });
}

export async function withDirectory(run: (dir: string) => Promise<void>): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), 'statbar-store-'));
  try {
    await run(dir);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

export interface Row {
  readonly labels: Readonly<Record<string, string>>;
  readonly timestampMs: number;
  readonly value?: number;
  readonly stale?: boolean;
  readonly histogram?: Histogram;
}

export function batchOf(registry: SeriesRegistry, rows: readonly Row[]): Batch {
  const batch = new Batch(Math.max(1, rows.length));
  rows.forEach((row, point) => {
    const seriesId = registry.getOrCreate(LabelSet.from(row.labels));
    if (row.histogram !== undefined) batch.addHistogram(point, seriesId, row.timestampMs, row.histogram);
    else if (row.stale === true) batch.addStale(point, seriesId, row.timestampMs);
    else batch.add(point, seriesId, row.timestampMs, row.value ?? 0);
  });
  batch.pointCount = rows.length;
  return batch;
}

export function matcher(text: string): Matcher {
  const match = /^(\w+)(=~|!~|!=|=)(.*)$/.exec(text);
  if (match === null) throw new Error(`not a matcher: ${text}`);
  const made = createMatcher(match[2] as '=', match[1], match[3]);
  if (isFault(made)) throw new Error(made.message);
  return made;
}

/** Everything that matches, as text: `{a="b"}` to `[[time, value], ...]`; stale is the text "stale". */
export async function readAll(
  querier: Querier,
  matchers: readonly string[] = ['__name__=~.+'],
  fromMs = Number.NEGATIVE_INFINITY,
  toMs = Number.POSITIVE_INFINITY,
): Promise<Record<string, Array<[number, number | string]>>> {
  const result: Record<string, Array<[number, number | string]>> = {};
  for (const series of await querier.select(matchers.map(matcher), fromMs, toMs)) {
    const buffer = createSampleBuffer(1);
    await series.read(buffer);
    const samples: Array<[number, number | string]> = [];
    for (let i = 0; i < buffer.count; i++) {
      const histogram = buffer.histograms?.get(i);
      const stale = buffer.words[2 * i + 1] === 0x7ff0_0000 && buffer.words[2 * i] === 2;
      const value =
        histogram !== undefined ? `histogram ${histogram.count}` : stale ? 'stale' : buffer.values[i];
      samples.push([buffer.timestampsMs[i], value]);
    }
    const name = series.labels.toString();
    if (result[name] !== undefined) throw new Error(`${name} was selected twice`);
    if (samples.length > 0) result[name] = samples;
  }
  return result;
}
