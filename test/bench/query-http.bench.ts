import { bucketMetric, bucketRequests } from './bucket-data.ts';
import { quiet } from './harness.ts';
import { drive, toLanes } from './load.ts';
import { askInTurn, type HttpQuery } from './query-rounds.ts';
import { fleetMetric, generateFleet } from './remote-write-data.ts';
import { remoteWriteShape } from './remote-write-encoder.ts';
import { type Figure, publish } from './report.ts';
import { pinLoad, type Server, startServers, withServers } from './servers.ts';

/**
 * Queries of a dashboard over HTTP, wall time as a client sees it (the median) and CPU time of the server: four
 * on 10 k series x 200 samples, one over six hours of 10 k buckets (named `buckets`: only it; `fleet`: only the
 * four). All servers hold the same bytes and take turns; their answers are compared. Results of earlier queries
 * are not used again: StatBar's step cache is off, and so are the caches of the others.
 */
const ROUNDS = { rounds: 11, warmUps: 2 };
const SHORT_ROUNDS = { rounds: 41, warmUps: 20 };
const BUCKET_ROUNDS = { rounds: 5, warmUps: 2 };
const stepMs = 15_000;
/** Ten more than the 45 minutes and their 5 minute windows need, so that no counter begins inside a window. */
const tickCount = 210;
const bucketHours = 6;
const config = 'query:\n  step_cache_points: 0\n';

const rateOf = (selector: string): string => `rate(${fleetMetric}${selector}[5m])`;

function instant(expression: string, endMs: number): string {
  return `/query?query=${encodeURIComponent(expression)}&time=${endMs / 1000}`;
}

function range(expression: string, endMs: number, minutes: number, stepSeconds: number): string {
  const end = endMs / 1000;
  return `/query_range?query=${encodeURIComponent(expression)}&start=${end - minutes * 60}&end=${end}&step=${stepSeconds}`;
}

async function loadFleet(servers: readonly Server[]): Promise<HttpQuery[]> {
  const fleet = generateFleet({
    seriesCount: 10_000,
    tickCount,
    startMs: Date.now() - (tickCount + 1) * stepMs,
    stepMs,
    samplesPerRequest: 2000,
    seed: 3,
  });
  for (const server of servers) {
    const lanes = toLanes(fleet.requests, fleet.requestsPerTick, (job) => job);
    await drive(server, { ...remoteWriteShape, path: server.writePath }, lanes);
    await quiet(server.pid);
  }
  const endMs = fleet.endMs - stepMs;
  return [
    {
      key: 'instant-500',
      what: 'instant sum(rate[5m]), 500 series',
      path: instant(`sum(${rateOf('{job="job-3"}')})`, endMs),
      ...SHORT_ROUNDS,
    },
    {
      key: 'range-500',
      what: 'range 45 min by 15 s, sum by, 500 series',
      path: range(`sum by (region) (${rateOf('{job="job-3"}')})`, endMs, 45, 15),
      ...SHORT_ROUNDS,
    },
    {
      key: 'range-10k',
      what: 'range 45 min by 60 s, sum by, 10 k series',
      path: range(`sum by (job) (${rateOf('')})`, endMs, 45, 60),
      ...ROUNDS,
    },
    {
      key: 'topk-10k',
      what: 'topk(10, increase[30m]), 10 k series',
      path: instant(`topk(10, increase(${fleetMetric}[30m]))`, endMs),
      ...ROUNDS,
    },
  ];
}

/** Samples every 15 s for six hours and the ten minutes before them that the first windows look into. */
async function loadBuckets(servers: readonly Server[]): Promise<HttpQuery[]> {
  const ticks = (bucketHours * 3_600_000 + 600_000) / stepMs;
  const startMs = Date.now() - (ticks + 1) * stepMs;
  const options = {
    histogramCount: 1000,
    tickCount: ticks,
    startMs,
    stepMs,
    histogramsPerRequest: 250,
    seed: 4,
  };
  let pending: Buffer[] = [];
  const send = async (lanes: number): Promise<void> => {
    for (const server of servers) {
      const shape = { ...remoteWriteShape, path: server.writePath };
      await drive(
        server,
        shape,
        toLanes(pending, lanes, (job) => job),
      );
    }
    pending = [];
  };
  for (const requests of bucketRequests(options)) {
    pending.push(...requests);
    if (pending.length >= 40 * requests.length) await send(requests.length);
  }
  await send(options.histogramCount / options.histogramsPerRequest);
  for (const server of servers) await quiet(server.pid);
  const path = range(
    `sum by (le) (rate(${bucketMetric}[5m]))`,
    startMs + (ticks - 1) * stepMs,
    bucketHours * 60,
    60,
  );
  return [
    {
      key: 'buckets-10k',
      what: 'range 6 h by 60 s, sum by (le), 10 k buckets',
      path,
      ...BUCKET_ROUNDS,
    },
  ];
}

pinLoad();
const named = process.argv.slice(2);
const loads = [
  { name: 'fleet', bench: 'query-http', load: loadFleet },
  { name: 'buckets', bench: 'query-http-buckets', load: loadBuckets },
].filter(({ name }) => !['fleet', 'buckets'].some((each) => named.includes(each)) || named.includes(name));
for (const { bench, load } of loads) {
  const figures: Figure[] = [];
  const notes: string[] = [];
  await withServers(await startServers({ config }), async (servers) => {
    for (const query of await load(servers)) {
      const asked = await askInTurn(servers, query);
      figures.push(...asked.figures);
      notes.push(...asked.notes);
    }
  });
  publish(bench, figures, notes);
}
