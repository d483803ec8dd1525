import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Clock, isFault, type Logger, ManualClock, silentLogger, Telemetry } from '../../base/index.ts';
import { createMatcher, type Histogram, LabelSet, type Matcher, type MatchType } from '../../model/index.ts';
import type { BlockInputSeries, BlockStore } from '../block-types.ts';
import { createSampleBuffer, growSampleBuffer, type SampleBuffer } from '../types.ts';
import type { BlockDisk } from './block-disk.ts';
import { openBlockStore } from './block-store.ts';
import { type BlockConfig, blockConfigSchema } from './config.ts';
import type { StoredMeta } from './meta-file.ts';
import { writeBlock } from './write-block.ts';

/** What the tests of blocks compare against: plain arrays. */
export interface PlainSeries {
  readonly labels: LabelSet;
  readonly samples: ReadonlyArray<readonly [timestampMs: number, value: number | Histogram]>;
}

export function plainSeries(record: Record<string, string>, samples: PlainSeries['samples']): PlainSeries {
  return { labels: LabelSet.from(record), samples };
}

export function inputOf(series: PlainSeries): BlockInputSeries {
  return {
    labels: series.labels,
    read(into) {
      growSampleBuffer(into, series.samples.length);
      into.count = series.samples.length;
      into.histograms = undefined;
      series.samples.forEach(([timestampMs, value], i) => {
        into.timestampsMs[i] = timestampMs;
        if (typeof value === 'number') into.values[i] = value;
        else {
          into.histograms ??= new Map();
          into.histograms.set(i, value);
        }
      });
    },
  };
}

export function samplesOf(buffer: SampleBuffer): Array<readonly [number, number | Histogram]> {
  return Array.from({ length: buffer.count }, (_, i) => {
    return [buffer.timestampsMs[i], buffer.histograms?.get(i) ?? buffer.values[i]] as const;
  });
}

export function matcher(type: MatchType, name: string, value: string): Matcher {
  const made = createMatcher(type, name, value);
  if (isFault(made)) throw new Error(made.message);
  return made;
}

/** Everything that a selection gives, by label set, sorted. */
export async function readAll(
  store: BlockStore,
  matchers: readonly Matcher[],
  fromMs: number,
  toMs: number,
): Promise<Array<readonly [string, ReturnType<typeof samplesOf>]>> {
  const found: Array<readonly [string, ReturnType<typeof samplesOf>]> = [];
  const buffer = createSampleBuffer(4);
  for (const series of await store.select(matchers, fromMs, toMs)) {
    buffer.count = 0;
    buffer.histograms = undefined;
    await series.read(buffer, fromMs, toMs);
    if (buffer.count > 0) found.push([series.labels.toString(), samplesOf(buffer)]);
  }
  return found.sort((a, b) => (a[0] < b[0] ? -1 : 1));
}

/** What `readAll` should give. */
export function filterPlain(
  all: readonly PlainSeries[],
  matchers: readonly Matcher[],
  fromMs: number,
  toMs: number,
): Array<readonly [string, Array<readonly [number, number | Histogram]>]> {
  return all
    .filter(({ labels }) => matchers.every((m) => m.matches(labels.get(m.name) ?? '')))
    .map(({ labels, samples }) => {
      return [
        labels.toString(),
        samples.filter(([t]) => t >= fromMs && t <= toMs).map((s) => [...s] as const),
      ] as const;
    })
    .filter(([, samples]) => samples.length > 0)
    .sort((a, b) => (a[0] < b[0] ? -1 : 1)) as ReturnType<typeof filterPlain>;
}

export interface Fixture {
  readonly dir: string;
  readonly clock: Clock & { advance(durationMs: number): void };
  readonly telemetry: Telemetry;
  open(config?: Readonly<Record<string, unknown>>, disk?: BlockDisk, logger?: Logger): Promise<BlockStore>;
  write(fromMs: number, toMs: number, series: readonly PlainSeries[]): Promise<StoredMeta>;
  remove(): void;
}

/** A directory of blocks of its own. */
export function createFixture(): Fixture {
  const dir = mkdtempSync(join(tmpdir(), 'statbar-blocks-'));
  const clock = new ManualClock();
  const telemetry = new Telemetry();
  return {
    dir,
    clock,
    telemetry,
    async open(config = {}, disk, logger = silentLogger) {
      const parsed: BlockConfig = blockConfigSchema.parse({ compaction_range: '1s', ...config });
      const options = { dir, config: parsed, clock, logger, telemetry, ...(disk && { disk }) };
      const store = await openBlockStore(options);
      if (isFault(store)) throw new Error(store.message);
      return store;
    },
    async write(fromMs, toMs, series) {
      const meta = await writeBlock({ dir, fromMs, toMs, pageBytes: 200 }, series.map(inputOf));
      if (isFault(meta)) throw new Error(meta.message);
      return meta;
    },
    remove: () => rmSync(dir, { recursive: true, force: true }),
  };
}
