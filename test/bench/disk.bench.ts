import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createTempDir } from '../support/temp-dir.ts';
import { eventually } from '../support/wait.ts';
import { processCpuSeconds, quiet } from './harness.ts';
import { drive } from './load.ts';
import { encodeLabels, remoteWriteShape, WriteRequestEncoder } from './remote-write-encoder.ts';
import { publish, single } from './report.ts';
import { type GeneratedSeries, generateSeries } from './series-generator.ts';
import { pinLoad, type StatbarServer, startStatbar } from './servers.ts';

/**
 * Bytes per sample on disk, end to end: six hours of a realistic fleet's gauges and counters by remote write, long
 * enough ago that all of it is sealed; then the files of the blocks, index and all, over the samples in them.
 */
const HOUR_MS = 3_600_000;
const durationMs = 6 * HOUR_MS;
const startMs = Math.floor((Date.now() - 24 * HOUR_MS) / (2 * HOUR_MS)) * 2 * HOUR_MS;
const SLICE_MS = 300_000;

/** All samples in the order of time, in slices, at most 4000 to a request. */
function requestsOf(series: readonly GeneratedSeries[]): { bodies: Buffer[]; sampleCount: number } {
  const encoder = new WriteRequestEncoder();
  const labels = series.map((one) => encodeLabels(one.labels.toRecord()));
  const next = new Uint32Array(series.length);
  const bodies: Buffer[] = [];
  let sampleCount = 0;
  let inRequest = 0;
  const flush = (): void => {
    if (inRequest > 0) bodies.push(encoder.finish());
    inRequest = 0;
  };
  for (let sliceEndMs = startMs + SLICE_MS; sliceEndMs <= startMs + durationMs; sliceEndMs += SLICE_MS) {
    for (let i = 0; i < series.length; i++) {
      const { timestampsMs, values } = series[i];
      for (; next[i] < timestampsMs.length && timestampsMs[next[i]] < sliceEndMs; next[i]++) {
        encoder.add(labels[i], timestampsMs[next[i]], values[next[i]]);
        sampleCount += 1;
        inRequest += 1;
      }
      if (inRequest >= 4000) flush();
    }
    flush();
  }
  return { bodies, sampleCount };
}

interface Sealed {
  readonly samples: number;
  readonly bytes: number;
  readonly blocks: number;
}

function sealed(dataDir: string): Sealed {
  let samples = 0;
  let bytes = 0;
  let blocks = 0;
  for (const entry of readdirSync(dataDir, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !/[/\\]blocks[/\\]/.test(`${entry.parentPath}/`)) continue;
    const path = join(entry.parentPath, entry.name);
    bytes += statSync(path).size;
    if (entry.name !== 'meta.json') continue;
    samples += (JSON.parse(readFileSync(path, 'utf8')) as { block: { sampleCount: number } }).block
      .sampleCount;
    blocks += 1;
  }
  return { samples, bytes, blocks };
}

async function load(server: StatbarServer, bodies: readonly Buffer[]): Promise<number> {
  const before = processCpuSeconds(server.pid);
  await drive(server, remoteWriteShape, [bodies]);
  await quiet(server.pid);
  return processCpuSeconds(server.pid) - before;
}

pinLoad();
const temp = createTempDir('disk');
const series = [...generateSeries({ seed: 9, targetCount: 40, startMs, durationMs })];
const { bodies, sampleCount } = requestsOf(series);
const dataDir = join(temp.path, 'data');
const server = await startStatbar({ dataDir, config: 'store:\n  seal_check: 1s\n' });
try {
  const loadSeconds = await load(server, bodies);
  const result = await eventually(
    () => {
      const now = sealed(dataDir);
      return now.samples === sampleCount ? now : undefined;
    },
    { what: `all ${sampleCount} samples sealed`, timeoutMs: 90_000, everyMs: 500 },
  );
  publish(
    'disk',
    [
      single('disk/bytes-per-sample', 'sealed, index and all', 'bytes/sample', result.bytes / result.samples),
      single('disk/blocks', 'in blocks', '', result.blocks),
      single('disk/load-rate', 'loaded (CPU of the server)', 'samples/CPU-s', sampleCount / loadSeconds),
    ],
    [`${series.length} series of 40 targets over 6 h, ${sampleCount} samples, seed 9`],
  );
} finally {
  await server.stop();
  temp.remove();
}
