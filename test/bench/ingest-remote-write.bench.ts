import { alternate, cpuRates, measure, processRssBytes, quiet, spreadOf } from './harness.ts';
import { drive, toLanes } from './load.ts';
import { generateFleet } from './remote-write-data.ts';
import { remoteWriteShape } from './remote-write-encoder.ts';
import { type Figure, figure, publish, single } from './report.ts';
import { pinLoad, type Server, startServers, withServers } from './servers.ts';

/**
 * Remote write end to end: 10 k series, 2000 samples a request, five senders, the same bytes to every server,
 * round about. The first round makes the series and is not counted; work that a server puts off until
 * after its answer is waited for and counted.
 */
const ROUNDS = 5;
const TICKS_PER_ROUND = 40;
const stepMs = 15_000;

pinLoad();
const tickCount = (ROUNDS + 1) * TICKS_PER_ROUND;
const fleet = generateFleet({
  seriesCount: 10_000,
  tickCount,
  startMs: Date.now() - (tickCount + 1) * stepMs,
  stepMs,
  samplesPerRequest: 2000,
  seed: 2,
});

async function round(server: Server, index: number): Promise<number> {
  const perRound = TICKS_PER_ROUND * fleet.requestsPerTick;
  const jobs = fleet.requests.slice(index * perRound, (index + 1) * perRound);
  const lanes = toLanes(jobs, fleet.requestsPerTick, (job) => job % fleet.requestsPerTick);
  await drive(server, { ...remoteWriteShape, path: server.writePath }, lanes);
  return TICKS_PER_ROUND * 10_000;
}

const figures: Figure[] = [];
await withServers(await startServers(), async (servers) => {
  const readings = await alternate(
    servers.map((server) => ({
      name: server.name,
      round: (index: number) =>
        measure(
          () => round(server, index),
          server.pid,
          () => quiet(server.pid),
        ),
    })),
    ROUNDS,
  );
  for (const server of servers) {
    const rates = cpuRates(readings.get(server.name)!);
    figures.push(
      figure(`remote-write/${server.name}`, `remote write, ${server.name}`, 'samples/CPU-s', rates),
    );
    const rss = processRssBytes(server.pid) / 1e6;
    figures.push(single(`remote-write/${server.name}/rss`, `  resident memory after`, 'MB', rss));
  }
  const own = readings.get('statbar')!;
  for (const server of servers.slice(1)) {
    const ratios = readings.get(server.name)!.map((peer, i) => peer.cpuSeconds / own[i].cpuSeconds);
    const key = `remote-write/against-${server.name}`;
    figures.push(figure(key, `remote write, statbar against ${server.name}`, 'x', spreadOf(ratios)));
  }
});
publish('ingest-remote-write', figures, [
  `${(fleet.wireBytes / fleet.sampleCount).toFixed(1)} bytes a sample on the wire, seed 2, 5 connections`,
]);
