import { type Fault, isFault, permanent } from '../base/index.ts';
import { readArguments } from './arguments.ts';
import { tokenOf } from './query.ts';
import { aligned } from './query-format.ts';
import { type ExitCode, exitCode, type Terminal } from './terminal.ts';

const options = {
  url: { type: 'string' },
  reason: { type: 'string' },
  limit: { type: 'string' },
  late: { type: 'boolean' },
  view: { type: 'string' },
  format: { type: 'string' },
  'token-file': { type: 'string' },
} as const;

type Letter = Readonly<Record<string, unknown>>;

/** What is asked for: refused events, or with `--late` those that came too late for a view. */
const kinds = {
  refused: {
    path: 'dead-letters',
    key: 'deadLetters',
    header: ['RECEIVED', 'REASON', 'WHY'],
    none: 'no dead letters',
  },
  late: {
    path: 'late',
    key: 'lateEvents',
    header: ['TIME', 'VIEW', 'EVENT', 'LATE BY'],
    none: 'no late events',
  },
} as const;

/** `statbar dead-letters`. */
export async function deadLettersCommand(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const parsed = readArguments('dead-letters', args, options, [], terminal);
  if (typeof parsed === 'number') return parsed;
  const { values } = parsed;
  const fail = (message: string, code: ExitCode): ExitCode => {
    terminal.err(`statbar dead-letters: ${message}\n`);
    return code;
  };
  const format = values['format'] ?? 'table';
  if (format !== 'table' && format !== 'json') return fail('--format: expected table, json', exitCode.usage);
  const token = tokenOf(values, terminal);
  if (isFault(token)) return fail(token.message, exitCode.usage);
  const base = String(values['url'] ?? 'http://127.0.0.1:4318').replace(/\/+$/, '');
  const kind = values['late'] === true ? kinds.late : kinds.refused;
  if (kind === kinds.late && values['reason'] !== undefined)
    return fail('--reason: not with --late', exitCode.usage);
  if (kind === kinds.refused && values['view'] !== undefined)
    return fail('--view: only with --late', exitCode.usage);
  const search = new URLSearchParams();
  for (const name of ['reason', 'view', 'limit'] as const) {
    const value = values[name];
    if (typeof value === 'string') search.set(name, value);
  }
  const letters = await ask(`${base}/statbar/v1/events/${kind.path}?${search}`, kind.key, token);
  if (isFault(letters)) return fail(letters.message, exitCode.failure);
  if (format === 'json') for (const letter of letters) terminal.out(`${JSON.stringify(letter)}\n`);
  else if (letters.length === 0) terminal.out(`${kind.none}\n`);
  else
    terminal.out(aligned([[...kind.header], ...letters.map(kind === kinds.late ? lateCells : refusedCells)]));
  return exitCode.ok;
}

function refusedCells({ receivedMs, reason, message }: Letter): string[] {
  return [timeText(receivedMs), shown(reason), shown(message)];
}

function lateCells({ timestampMs, watermarkMs, view, name }: Letter): string[] {
  const lateMs = Number(watermarkMs) - Number(timestampMs);
  return [timeText(timestampMs), shown(view), shown(name), `${(lateMs / 1000).toFixed(1)}s`];
}

function timeText(timeMs: unknown): string {
  return typeof timeMs === 'number' ? new Date(timeMs).toISOString() : '-';
}

/** What clients sent may hold control characters, which a terminal would obey. */
function shown(text: unknown): string {
  return String(text).replace(/\p{Cc}/gu, '?');
}

async function ask(url: string, key: string, token: string | undefined): Promise<readonly Letter[] | Fault> {
  let response: Response;
  try {
    response = await fetch(url, { headers: token === undefined ? {} : { Authorization: `Bearer ${token}` } });
  } catch (error) {
    const cause =
      error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
    return permanent('unavailable', `no answer from ${url}: ${cause} (is StatBar running there? see --url)`);
  }
  const answer = (await response.json().catch(() => undefined)) as
    | { readonly data?: Readonly<Record<string, readonly Letter[]>>; readonly error?: string }
    | undefined;
  const letters = answer?.data?.[key];
  if (Array.isArray(letters)) return letters;
  return permanent('internal', answer?.error ?? `${url} answered ${response.status} with something else`);
}
