import { processCpuSeconds, quiet, spreadOf } from './harness.ts';
import { Connection, drive, toLanes } from './load.ts';
import { fleetMetric, generateFleet } from './remote-write-data.ts';
import { remoteWriteShape } from './remote-write-encoder.ts';
import { type Figure, figure, publish, single } from './report.ts';
import { pinLoad, type Server, startServers, withServers } from './servers.ts';

/**
 * Four queries of a dashboard over HTTP on 10 k series x 200 samples, wall time as a client sees it (the
 * median) and CPU time of the server. All servers hold the same bytes and take turns; their answers are compared.
 */
const ROUNDS = 11;
const stepMs = 15_000;
/** Ten more than the 45 minutes and their 5 minute windows need, so that no counter begins inside a window. */
const tickCount = 210;

interface Query {
  readonly key: string;
  readonly what: string;
  path(fleet: { startMs: number; endMs: number }): string;
}

const rateOf = (selector: string): string => `rate(${fleetMetric}${selector}[5m])`;

function instant(expression: string) {
  return ({ endMs }: { endMs: number }): string =>
    `/query?query=${encodeURIComponent(expression)}&time=${(endMs - stepMs) / 1000}`;
}

function range(expression: string, stepSeconds: number) {
  return ({ endMs }: { endMs: number }): string => {
    const end = (endMs - stepMs) / 1000;
    return `/query_range?query=${encodeURIComponent(expression)}&start=${end - 45 * 60}&end=${end}&step=${stepSeconds}`;
  };
}

const queries: readonly Query[] = [
  {
    key: 'instant-500',
    what: 'instant sum(rate[5m]), 500 series',
    path: instant(`sum(${rateOf('{job="job-3"}')})`),
  },
  {
    key: 'range-500',
    what: 'range 45 min by 15 s, sum by, 500 series',
    path: range(`sum by (region) (${rateOf('{job="job-3"}')})`, 15),
  },
  {
    key: 'range-10k',
    what: 'range 45 min by 60 s, sum by, 10 k series',
    path: range(`sum by (job) (${rateOf('')})`, 60),
  },
  {
    key: 'topk-10k',
    what: 'topk(10, increase[30m]), 10 k series',
    path: instant(`topk(10, increase(${fleetMetric}[30m]))`),
  },
];

interface Answer {
  data: {
    result: { metric: Record<string, string>; value?: [number, string]; values?: [number, string][] }[];
  };
}

/** Series as text to their numbers, in a form two servers can be compared by. */
function numbersOf(body: Buffer): Map<string, number[]> {
  const answer = JSON.parse(body.toString()) as Answer;
  const all = new Map<string, number[]>();
  for (const { metric, value, values } of answer.data.result) {
    const labels = Object.entries(metric).filter(([name]) => name !== '__name__');
    const key = JSON.stringify(labels.sort(([a], [b]) => (a < b ? -1 : 1)));
    all.set(
      key,
      (values ?? [value!]).map(([, text]) => Number(text)),
    );
  }
  return all;
}

/** Largest relative difference between two answers; infinite when series or steps differ. */
function difference(a: Map<string, number[]>, b: Map<string, number[]>): number {
  if (a.size !== b.size) return Number.POSITIVE_INFINITY;
  let largest = 0;
  for (const [key, numbers] of a) {
    const others = b.get(key);
    if (others === undefined || others.length !== numbers.length) return Number.POSITIVE_INFINITY;
    for (let i = 0; i < numbers.length; i++) {
      const size = Math.max(Math.abs(numbers[i]), Math.abs(others[i]));
      if (size > 0) largest = Math.max(largest, Math.abs(numbers[i] - others[i]) / size);
    }
  }
  return largest;
}

pinLoad();
const fleet = generateFleet({
  seriesCount: 10_000,
  tickCount,
  startMs: Date.now() - (tickCount + 1) * stepMs,
  stepMs,
  samplesPerRequest: 2000,
  seed: 3,
});
const figures: Figure[] = [];
const notes: string[] = [];

async function ask(
  connection: Connection,
  server: Server,
  path: string,
): Promise<{ wallMs: number; body: Buffer }> {
  const answer = await connection.send(
    { method: 'GET', path: `${server.queryPath}${path}${server.noCache}`, headers: {} },
    undefined,
  );
  if (answer.status !== 200) throw new Error(`${server.name} answered ${answer.status}: ${answer.body}`);
  return answer;
}

await withServers(await startServers(), async (servers) => {
  for (const server of servers) {
    const lanes = toLanes(fleet.requests, fleet.requestsPerTick, (job) => job);
    await drive(server, { ...remoteWriteShape, path: server.writePath }, lanes);
    await quiet(server.pid);
  }
  for (const query of queries) {
    const path = query.path(fleet);
    const times = servers.map((): number[] => []);
    const cpuSeconds = servers.map(() => 0);
    const answers: Map<string, number[]>[] = [];
    const connections = await Promise.all(servers.map((server) => Connection.open(server.host, server.port)));
    for (let round = -2; round < ROUNDS; round++) {
      for (let i = 0; i < servers.length; i++) {
        const before = processCpuSeconds(servers[i].pid);
        const { wallMs, body } = await ask(connections[i], servers[i], path);
        answers[i] = numbersOf(body);
        if (round < 0) continue;
        times[i].push(wallMs);
        cpuSeconds[i] += processCpuSeconds(servers[i].pid) - before;
      }
    }
    for (const connection of connections) connection.close();
    for (let i = 0; i < servers.length; i++) {
      const { name } = servers[i];
      const key = `query-http/${query.key}/${name}`;
      figures.push(figure(key, `${query.what}: ${name}`, 'ms', spreadOf(times[i])));
      figures.push(single(`${key}/cpu`, '  CPU of the server', 'ms', (cpuSeconds[i] / ROUNDS) * 1000));
      if (i === 0) continue;
      const ratio = spreadOf(times[0]).median / spreadOf(times[i]).median;
      figures.push(
        single(`query-http/${query.key}/against-${name}`, `  statbar against ${name}`, 'x', ratio),
      );
      notes.push(
        `${query.key}: largest relative difference of the answers to ${name}'s: ${difference(answers[0], answers[i]).toExponential(1)}`,
      );
    }
  }
});
publish('query-http', figures, notes);
