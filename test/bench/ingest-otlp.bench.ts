import { alternate, cpuRates, measure, processRssBytes, quiet, type Reading, spreadOf } from './harness.ts';
import { drive, toLanes } from './load.ts';
import { generateOtlp } from './otlp-generator.ts';
import { OtlpLoad, otlpShape } from './otlp-load.ts';
import { type Figure, figure, publish, single } from './report.ts';
import { pinLoad, type StatbarServer, startStatbar, withServers } from './servers.ts';

/**
 * OTLP/HTTP protobuf end to end: decode, pipeline, store, log and fdatasync before the answer; 50 k existing
 * series, 1,000-point requests, plain and gzip, 1, 4 and 16 exporters at once. The same with the log left to
 * the operating system shows what durability costs.
 */
const ROUNDS = 5;
/** Long enough that the ticks in which the kernel counts CPU time hardly matter. */
const TIMES_PER_ROUND = 8;
const SERIES_COUNT = 50_000;
const stepMs = 15_000;

interface Case {
  readonly key: string;
  readonly what: string;
  readonly server: StatbarServer;
  readonly gzip: boolean;
  readonly lanes: number;
}

function figuresOf(
  cases: readonly Case[],
  readings: ReadonlyMap<string, readonly Reading[]>,
  latencies: ReadonlyMap<string, readonly number[]>,
): Figure[] {
  const figures: Figure[] = [];
  for (const { key, what } of cases) {
    const each = readings.get(key)!;
    figures.push(figure(`ingest-otlp/${key}`, what, 'points/CPU-s', cpuRates(each)));
    const wall = spreadOf(each.map(({ amount, wallSeconds }) => amount / wallSeconds));
    figures.push(figure(`ingest-otlp/${key}/wall`, '  by the wall clock', 'points/s', wall));
    const p50 = spreadOf(latencies.get(key)!).median;
    figures.push(single(`ingest-otlp/${key}/latency`, '  answer, p50', 'ms', p50));
  }
  const cost = readings.get('plain/c4')!.map((each, i) => {
    const without = readings.get('plain/c4/os')![i];
    return each.amount / each.cpuSeconds / (without.amount / without.cpuSeconds);
  });
  figures.push(
    figure('ingest-otlp/fsync-ratio', 'fsync against none, plain, 4 at once', 'x', spreadOf(cost)),
  );
  return figures;
}

pinLoad();
const load = new OtlpLoad(generateOtlp({ seriesCount: SERIES_COUNT, pointsPerRequest: 1000, seed: 6 }), 6);
const servers = [await startStatbar(), await startStatbar({ config: 'store:\n  durability: os\n' })];
await withServers(servers, async ([durable, relaxed]) => {
  const cases: Case[] = [];
  for (const gzip of [false, true]) {
    for (const lanes of [1, 4, 16]) {
      const encoding = gzip ? 'gzip' : 'plain';
      cases.push({
        key: `${encoding}/c${lanes}`,
        what: `${encoding}, ${lanes} at once`,
        server: durable,
        gzip,
        lanes,
      });
    }
  }
  cases.push({
    key: 'plain/c4/os',
    what: 'plain, 4 at once, no fsync',
    server: relaxed,
    gzip: false,
    lanes: 4,
  });
  const timesTotal = cases.length * (ROUNDS + 1) * TIMES_PER_ROUND;
  let timeMs = Date.now() - (timesTotal + 2) * stepMs;
  const latencies = new Map<string, number[]>();
  const wire = new Map<string, number>();

  const round = async (one: Case) => {
    const bodies: Uint8Array[] = [];
    for (let i = 0; i < TIMES_PER_ROUND; i++) {
      timeMs += stepMs;
      bodies.push(...load.round(timeMs, one.gzip));
    }
    wire.set(one.key, bodies[0].length);
    const lanes = toLanes(bodies, one.lanes, (job) => job % load.requestCount);
    return measure(
      async () => {
        const { latenciesMs } = await drive(one.server, otlpShape(one.gzip), lanes);
        latencies.set(one.key, latenciesMs);
        return load.pointCount * TIMES_PER_ROUND;
      },
      one.server.pid,
      () => quiet(one.server.pid),
    );
  };
  const readings = await alternate(
    cases.map((one) => ({ name: one.key, round: () => round(one) })),
    ROUNDS,
  );
  const figures = figuresOf(cases, readings, latencies);
  figures.push(single('ingest-otlp/rss', 'resident memory after', 'MB', processRssBytes(durable.pid) / 1e6));
  publish('ingest-otlp', figures, [
    `${SERIES_COUNT} series; ${((wire.get('plain/c4') ?? 0) / 1000).toFixed(0)} B a point plain, ${((wire.get('gzip/c4') ?? 0) / 1000).toFixed(0)} B gzip, seed 6`,
  ]);
});
