import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createTempDir } from '../support/temp-dir.ts';
import { processCpuSeconds, spreadOf } from './harness.ts';
import { drive, toLanes } from './load.ts';
import { fleetMetric, generateFleet } from './remote-write-data.ts';
import { remoteWriteShape } from './remote-write-encoder.ts';
import { figure, publish, single } from './report.ts';
import { pinLoad, type StatbarServer, startStatbar } from './servers.ts';

/**
 * How fast the log is read back at start: 2 M samples of 10 k series, the process killed, started again five
 * times; CPU time up to the ready line, less what a start on an empty folder takes.
 */
const ROUNDS = 5;
const stepMs = 15_000;
const tickCount = 200;
/** Large enough that the whole load stays in the log. */
const config = 'store:\n  snapshot_wal_size: 4GiB\n';

function folderBytes(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
}

async function count(server: StatbarServer, atMs: number): Promise<number> {
  const expression = encodeURIComponent(`sum(count_over_time(${fleetMetric}[2h]))`);
  const response = await fetch(
    `${server.service.httpUrl}/api/v1/query?query=${expression}&time=${atMs / 1000}`,
  );
  const answer = (await response.json()) as { data: { result: { value: [number, string] }[] } };
  return Number(answer.data.result[0]?.value[1] ?? 0);
}

pinLoad();
const temp = createTempDir('replay');
const fleet = generateFleet({
  seriesCount: 10_000,
  tickCount,
  startMs: Date.now() - (tickCount + 1) * stepMs,
  stepMs,
  samplesPerRequest: 2000,
  seed: 5,
});

/** CPU and wall seconds from the launch to the ready line. */
async function timedStart(
  dataDir: string,
): Promise<{ cpuSeconds: number; wallSeconds: number; samples: number }> {
  const before = performance.now();
  const server = await startStatbar({ dataDir, config, readyTimeoutMs: 60_000 });
  const wallSeconds = (performance.now() - before) / 1000;
  const cpuSeconds = processCpuSeconds(server.pid);
  const samples = await count(server, fleet.endMs);
  await server.service.kill();
  return { cpuSeconds, wallSeconds, samples };
}

try {
  const data = join(temp.path, 'data');
  const server = await startStatbar({ dataDir: data, config });
  const lanes = toLanes(fleet.requests, fleet.requestsPerTick, (job) => job);
  await drive(server, { ...remoteWriteShape, path: server.writePath }, lanes);
  await server.service.kill();
  const bytes = folderBytes(data);
  const empty: number[] = [];
  const emptyWall: number[] = [];
  const rates: number[] = [];
  const wallRates: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const bare = await timedStart(join(temp.path, `empty-${round}`));
    empty.push(bare.cpuSeconds);
    emptyWall.push(bare.wallSeconds);
    const full = await timedStart(data);
    if (full.samples !== fleet.sampleCount) {
      throw new Error(`${full.samples} of ${fleet.sampleCount} samples came back`);
    }
    rates.push(full.samples / Math.max(0.01, full.cpuSeconds - bare.cpuSeconds));
    wallRates.push(full.samples / Math.max(0.001, full.wallSeconds - bare.wallSeconds));
  }
  publish(
    'replay',
    [
      figure('replay/rate', 'WAL replay', 'samples/CPU-s', spreadOf(rates)),
      figure('replay/wall-rate', '  by the wall clock', 'samples/s', spreadOf(wallRates)),
      figure('replay/start-cpu', 'start on an empty folder, CPU', 's', spreadOf(empty)),
      figure('replay/start-wall', 'start on an empty folder, wall', 's', spreadOf(emptyWall)),
      single('replay/wal-bytes', 'WAL', 'bytes/sample', bytes / fleet.sampleCount),
    ],
    [`${fleet.sampleCount} samples of 10 k series, seed 5`],
  );
} finally {
  temp.remove();
}
