import { isWatchList, type WatchedSignal, type WatchList } from '@statbar/sdk/wire';
import { type Fault, isFault, permanent } from '../base/index.ts';
import { readArguments } from './arguments.ts';
import { tokenOf } from './query.ts';
import { aligned } from './query-format.ts';
import { type ExitCode, exitCode, type Terminal } from './terminal.ts';

const options = {
  url: { type: 'string' },
  format: { type: 'string' },
  limit: { type: 'string' },
  'token-file': { type: 'string' },
} as const;

/** `statbar watches`. */
export async function watchesCommand(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const parsed = readArguments('watches', args, options, [], terminal);
  if (typeof parsed === 'number') return parsed;
  const { values } = parsed;
  const fail = (message: string, code: ExitCode): ExitCode => {
    terminal.err(`statbar watches: ${message}\n`);
    return code;
  };
  const format = values['format'] ?? 'table';
  if (format !== 'table' && format !== 'json') return fail('--format: expected table, json', exitCode.usage);
  const limit = Number(values['limit'] ?? 50);
  if (!Number.isInteger(limit) || limit < 1)
    return fail('--limit: expected a number from 1 up', exitCode.usage);
  const token = tokenOf(values, terminal);
  if (isFault(token)) return fail(token.message, exitCode.usage);
  const base = String(values['url'] ?? 'http://127.0.0.1:4318').replace(/\/+$/, '');
  const list = await ask(`${base}/statbar/v1/watches?limit=${limit}`, token);
  if (isFault(list)) return fail(list.message, exitCode.failure);
  terminal.out(format === 'json' ? `${JSON.stringify(list)}\n` : tableOf(list));
  return exitCode.ok;
}

function tableOf(list: WatchList): string {
  const head = ['SCORE', 'SIGNAL', 'ACTUAL', 'EXPECTED', 'STEP', 'STATE', 'BYTES'];
  const table =
    list.watches.length === 0 ? 'no signals yet\n' : aligned([head, ...list.watches.map(cellsOf)]);
  const rest = [
    `${list.signals} signals of ${list.families} metrics`,
    ...(list.awaitedFamilies > 0
      ? [`history of ${list.awaitedFamilies} metrics is being read (${Math.round(100 * list.historyDone)} %)`]
      : []),
    ...(list.slowedSignals > 0 ? [`${list.slowedSignals} at a longer step (watch.cpu_share_max)`] : []),
    ...(list.unwatchedSignals > 0 ? ['more signals than watch.signals_max'] : []),
    `${(100 * list.cpuShare).toFixed(1)} % of a core`,
  ];
  return `${table}${rest.join('; ')}\n`;
}

function cellsOf(watch: WatchedSignal): string[] {
  const labels = Object.entries(watch.labels).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  return [
    watch.score.toFixed(2),
    labels.length === 0 ? watch.signal : `${watch.signal}{${labels.join(', ')}}`,
    numberText(watch.actual),
    numberText(watch.expected),
    `${watch.stepMs / 1000}s`,
    !watch.awake ? 'constant' : watch.warm ? 'warm' : 'learning',
    String(watch.sizeBytes),
  ];
}

function numberText(value: number | null): string {
  return value === null ? '-' : String(Number(value.toPrecision(4)));
}

async function ask(url: string, token: string | undefined): Promise<WatchList | Fault> {
  let response: Response;
  try {
    response = await fetch(url, { headers: token === undefined ? {} : { Authorization: `Bearer ${token}` } });
  } catch (error) {
    const cause =
      error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
    return permanent('unavailable', `no answer from ${url}: ${cause} (is StatBar running there? see --url)`);
  }
  const answer = (await response.json().catch(() => undefined)) as
    | { readonly data?: unknown; readonly error?: string }
    | undefined;
  if (isWatchList(answer?.data)) return answer.data;
  return permanent('internal', answer?.error ?? `${url} answered ${response.status} with something else`);
}
