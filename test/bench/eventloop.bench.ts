import { setTimeout as sleep } from 'node:timers/promises';
import { coreWaitSeconds, spreadOf } from './harness.ts';
import { Connection, drive, toLanes } from './load.ts';
import { generateOtlp } from './otlp-generator.ts';
import { OtlpLoad, otlpShape } from './otlp-load.ts';
import { fleetMetric, generateFleet } from './remote-write-data.ts';
import { remoteWriteShape } from './remote-write-encoder.ts';
import { type Figure, publish, single } from './report.ts';
import { pinLoad, startStatbar, withServers } from './servers.ts';

/**
 * Does a heavy query stall ingest? 100 k points a second come in by OTLP/HTTP while two clients ask the heavy
 * queries over and over; the delay of the service's event loop as it reports it itself, and the time to answer
 * a health check, asked every 10 ms, as seen from outside.
 */
const SECONDS = 20;
const REQUESTS_PER_SECOND = 100;
const stepMs = 15_000;
const tickCount = 200;

pinLoad();
const fleet = generateFleet({
  seriesCount: 10_000,
  tickCount,
  startMs: Date.now() - (tickCount + 1) * stepMs,
  stepMs,
  samplesPerRequest: 2000,
  seed: 7,
});
const endSeconds = (fleet.endMs - stepMs) / 1000;
const rate = `rate(${fleetMetric}[5m])`;
const heavy = [
  `/query_range?query=${encodeURIComponent(`sum by (job) (${rate})`)}&start=${endSeconds - 2700}&end=${endSeconds}&step=15`,
  `/query?query=${encodeURIComponent(`topk(10, increase(${fleetMetric}[30m]))`)}&time=${endSeconds}`,
  `/query_range?query=${encodeURIComponent(rate)}&start=${endSeconds - 2700}&end=${endSeconds}&step=60`,
];

const load = new OtlpLoad(generateOtlp({ seriesCount: 100_000, pointsPerRequest: 1000, seed: 8 }), 8);

/** The greatest quantile gauge of the event loop's delay that /metrics shows, in milliseconds. */
function loopDelayMs(metrics: string, quantile: string): number {
  const pattern = new RegExp(`^nodejs_eventloop_lag_${quantile}_seconds (\\S+)$`, 'm');
  const match = pattern.exec(metrics);
  if (match === null) throw new Error('/metrics shows no event loop delay');
  return Number(match[1]) * 1000;
}

function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))];
}

await withServers([await startStatbar()], async ([server]) => {
  const url = server.service.httpUrl;
  const lanes = toLanes(fleet.requests, fleet.requestsPerTick, (job) => job);
  await drive(server, { ...remoteWriteShape, path: server.writePath }, lanes);
  // The first time makes the series.
  let timeMs = Date.now() - 60_000;
  await drive(server, otlpShape(false), [load.round(timeMs, false)]);
  await fetch(`${url}/metrics`).then((response) => response.text());

  const over = new AbortController();
  const queryMs: number[] = [];
  const healthMs: number[] = [];
  const ingestMs: number[] = [];
  let sent = 0;
  const ask = async (path: (turn: number) => string, into: number[], pauseMs: number): Promise<void> => {
    const connection = await Connection.open(server.host, server.port);
    for (let turn = 0; !over.signal.aborted; turn++) {
      const answer = await connection.send({ method: 'GET', path: path(turn), headers: {} });
      if (answer.status !== 200) throw new Error(`${path(turn)} answered ${answer.status}: ${answer.body}`);
      into.push(answer.wallMs);
      if (pauseMs > 0) await sleep(pauseMs);
    }
    connection.close();
  };
  const ingest = async (lane: number, laneCount: number): Promise<void> => {
    const connection = await Connection.open(server.host, server.port);
    const startMs = performance.now();
    for (let job = lane; !over.signal.aborted; job += laneCount) {
      const dueMs = startMs + (job * 1000) / REQUESTS_PER_SECOND;
      if (dueMs > performance.now()) await sleep(dueMs - performance.now());
      const index = job % load.requestCount;
      if (index === lane) timeMs += 1000;
      const answer = await connection.send(otlpShape(false), load.one(index, timeMs, false));
      if (answer.status !== 200) throw new Error(`ingest answered ${answer.status}: ${answer.body}`);
      ingestMs.push(answer.wallMs);
      sent += 1000;
    }
    connection.close();
  };
  const startMs = performance.now();
  const waitBefore = coreWaitSeconds(server.pid);
  const all = Promise.all([
    ...[0, 1, 2, 3].map((lane) => ingest(lane, 4)),
    ask((turn) => `/api/v1${heavy[turn % heavy.length]}`, queryMs, 0),
    ask((turn) => `/api/v1${heavy[(turn + 1) % heavy.length]}`, queryMs, 0),
    ask(() => '/healthz', healthMs, 10),
  ]);
  await Promise.race([sleep(SECONDS * 1000), all]);
  const metrics = await fetch(`${url}/metrics`).then((response) => response.text());
  over.abort();
  await all;
  const seconds = (performance.now() - startMs) / 1000;
  const waited = (coreWaitSeconds(server.pid) - waitBefore) / seconds;
  const figures: Figure[] = [
    single('eventloop/p99', 'event loop delay p99', 'ms', loopDelayMs(metrics, 'p99')),
    single('eventloop/health-p50', 'health check, p50', 'ms', spreadOf(healthMs).median),
    single('eventloop/health-p99', 'health check, p99', 'ms', quantile(healthMs, 0.99)),
    single('eventloop/ingest-p50', 'ingest answer, p50', 'ms', spreadOf(ingestMs).median),
    single('eventloop/ingest-p99', 'ingest answer, p99', 'ms', quantile(ingestMs, 0.99)),
    single('eventloop/ingest-rate', 'points taken meanwhile', 'points/s', sent / seconds),
    single('eventloop/query-p50', 'heavy query, p50', 'ms', spreadOf(queryMs).median),
    single('eventloop/query-rate', 'heavy queries', '1/s', queryMs.length / seconds),
  ];
  publish('eventloop', figures, [
    `${SECONDS} s; 100 k series by OTLP, 10 k series x ${tickCount} to query`,
    // On a machine that does other work the delay is the neighbours' as well.
    `${(waited * 100).toFixed(0)} % of the time the server was ready to run and had no core`,
  ]);
});
