import { setTimeout as sleep } from 'node:timers/promises';
import { processCpuSeconds, processRssBytes, quiet } from './harness.ts';
import { drive, toLanes } from './load.ts';
import { generateFleet } from './remote-write-data.ts';
import { remoteWriteShape } from './remote-write-encoder.ts';
import { type Figure, publish, single } from './report.ts';
import { pinLoad, startServers, withServers } from './servers.ts';

/**
 * Resident memory per active series, end to end: 100 k new series x 6 samples by remote write, what the
 * process takes afterwards less what it took idle.
 */
const SERIES_COUNT = 100_000;
const tickCount = 6;
const stepMs = 15_000;

pinLoad();
const fleet = generateFleet({
  seriesCount: SERIES_COUNT,
  tickCount,
  startMs: Date.now() - (tickCount + 1) * stepMs,
  stepMs,
  samplesPerRequest: 2000,
  seed: 4,
});
const figures: Figure[] = [];
await withServers(await startServers(), async (servers) => {
  for (const server of servers) {
    await sleep(500);
    const idleBytes = processRssBytes(server.pid);
    const cpuBefore = processCpuSeconds(server.pid);
    // A few senders only: the memory of many requests in flight is not the memory of the series.
    const lanes = toLanes(fleet.requests, 5, (job) => job % fleet.requestsPerTick);
    await drive(server, { ...remoteWriteShape, path: server.writePath }, lanes);
    await quiet(server.pid);
    const cpuSeconds = processCpuSeconds(server.pid) - cpuBefore;
    await sleep(3000);
    const perSeries = (processRssBytes(server.pid) - idleBytes) / SERIES_COUNT;
    figures.push(
      single(`memory/per-series/${server.name}`, `${server.name}: per series`, 'bytes', perSeries),
    );
    figures.push(single(`memory/idle/${server.name}`, '  idle', 'MB', idleBytes / 1e6));
    const rate = fleet.sampleCount / cpuSeconds;
    figures.push(single(`memory/rate/${server.name}`, '  new series x 6', 'samples/CPU-s', rate));
  }
});
publish('memory-http', figures, [`${SERIES_COUNT} series, 7 labels each, ${tickCount} samples, seed 4`]);
