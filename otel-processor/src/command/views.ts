import { type Fault, isFault, permanent } from '../base/index.ts';
import { readArguments } from './arguments.ts';
import { tokenOf } from './query.ts';
import { aligned } from './query-format.ts';
import { type ExitCode, exitCode, type Terminal } from './terminal.ts';

const options = {
  url: { type: 'string' },
  format: { type: 'string' },
  'token-file': { type: 'string' },
} as const;

/** The columns of the table: what they are called, and what they are in the service's answer. */
const columns = [
  ['VIEW', 'name'],
  ['STATE', 'state'],
  ['LAG', 'lagMs'],
  ['KEYS', 'keys'],
  ['SESSIONS', 'openSessions'],
  ['EVENTS', 'events'],
  ['LATE', 'late'],
  ['OVERFLOW', 'overflow'],
  ['BYTES', 'bytes'],
] as const;

type View = Readonly<Record<string, unknown>>;

/** `statbar views`. */
export async function viewsCommand(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const parsed = readArguments('views', args, options, [], terminal);
  if (typeof parsed === 'number') return parsed;
  const { values } = parsed;
  const fail = (message: string, code: ExitCode): ExitCode => {
    terminal.err(`statbar views: ${message}\n`);
    return code;
  };
  const format = values['format'] ?? 'table';
  if (format !== 'table' && format !== 'json') return fail('--format: expected table, json', exitCode.usage);
  const token = tokenOf(values, terminal);
  if (isFault(token)) return fail(token.message, exitCode.usage);
  const base = String(values['url'] ?? 'http://127.0.0.1:4318').replace(/\/+$/, '');
  const views = await ask(`${base}/statbar/v1/views`, token);
  if (isFault(views)) return fail(views.message, exitCode.failure);
  if (format === 'json') terminal.out(`${JSON.stringify(views)}\n`);
  else if (views.length === 0) terminal.out('no views\n');
  else terminal.out(aligned([columns.map(([title]) => title), ...views.map(cellsOf)]));
  return exitCode.ok;
}

function cellsOf(view: View): string[] {
  return columns.map(([, key]) => {
    const value = view[key];
    // How far a view is that is being computed over what is stored.
    const { progress } = view;
    if (key === 'state' && value === 'backfilling' && typeof progress === 'number') {
      return `${value} ${Math.floor(progress * 100)}%`;
    }
    if (key === 'lagMs') return typeof value === 'number' ? `${(value / 1000).toFixed(1)}s` : '-';
    return String(value ?? '-');
  });
}

async function ask(url: string, token: string | undefined): Promise<readonly View[] | Fault> {
  let response: Response;
  try {
    response = await fetch(url, { headers: token === undefined ? {} : { Authorization: `Bearer ${token}` } });
  } catch (error) {
    const cause =
      error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
    return permanent('unavailable', `no answer from ${url}: ${cause} (is StatBar running there? see --url)`);
  }
  const answer = (await response.json().catch(() => undefined)) as
    | { readonly data?: { readonly views?: readonly View[] }; readonly error?: string }
    | undefined;
  if (Array.isArray(answer?.data?.views)) return answer.data.views;
  return permanent('internal', answer?.error ?? `${url} answered ${response.status} with something else`);
}
