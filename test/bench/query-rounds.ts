import { processCpuSeconds, spreadOf } from './harness.ts';
import { Connection } from './load.ts';
import { type Figure, figure, single } from './report.ts';
import type { Server } from './servers.ts';

/** One question, asked of all servers in turn. */
export interface HttpQuery {
  readonly key: string;
  readonly what: string;
  /** Behind the server's own beginning of paths. */
  readonly path: string;
  readonly rounds: number;
  /** Rounds before them that do not count: a query that takes milliseconds is measured as a busy server answers it. */
  readonly warmUps: number;
}

export interface Asked {
  readonly figures: readonly Figure[];
  /** How far the answers are from one another. */
  readonly notes: readonly string[];
}

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

/** Asks every server once a round, A B C A B C. The first is StatBar. */
export async function askInTurn(servers: readonly Server[], query: HttpQuery): Promise<Asked> {
  const times = servers.map((): number[] => []);
  const cpuSeconds = servers.map(() => 0);
  const answers: Map<string, number[]>[] = [];
  const connections = await Promise.all(servers.map((server) => Connection.open(server.host, server.port)));
  for (let round = -query.warmUps; round < query.rounds; round++) {
    for (let i = 0; i < servers.length; i++) {
      const before = processCpuSeconds(servers[i].pid);
      const { wallMs, body } = await ask(connections[i], servers[i], query.path);
      answers[i] = numbersOf(body);
      if (round < 0) continue;
      times[i].push(wallMs);
      cpuSeconds[i] += processCpuSeconds(servers[i].pid) - before;
    }
  }
  for (const connection of connections) connection.close();
  const figures: Figure[] = [];
  const notes: string[] = [];
  for (let i = 0; i < servers.length; i++) {
    const { name } = servers[i];
    const key = `query-http/${query.key}/${name}`;
    figures.push(figure(key, `${query.what}: ${name}`, 'ms', spreadOf(times[i])));
    figures.push(single(`${key}/cpu`, '  CPU of the server', 'ms', (cpuSeconds[i] / query.rounds) * 1000));
    if (i === 0) continue;
    const against = `query-http/${query.key}/against-${name}`;
    const ratio = spreadOf(times[0]).median / spreadOf(times[i]).median;
    figures.push(single(against, `  statbar against ${name}`, 'x', ratio));
    figures.push(single(`${against}/cpu`, '  the same by CPU', 'x', cpuSeconds[0] / cpuSeconds[i]));
    const largest = difference(answers[0], answers[i]).toExponential(1);
    notes.push(`${query.key}: largest relative difference of the answers to ${name}'s: ${largest}`);
  }
  return { figures, notes };
}
