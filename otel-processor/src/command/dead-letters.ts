import { isFault } from '../base/index.ts';
import { aligned } from './query-format.ts';
import { readServiceCall, somethingElse } from './service-call.ts';
import { type ExitCode, exitCode, type Terminal } from './terminal.ts';

const options = {
  reason: { type: 'string' },
  limit: { type: 'string' },
  late: { type: 'boolean' },
  view: { type: 'string' },
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
  const call = readServiceCall('dead-letters', args, options, terminal);
  if (typeof call === 'number') return call;
  const { values, format, fail } = call;
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
  const path = `/statbar/v1/events/${kind.path}?${search}`;
  const data = await call.ask(path);
  if (isFault(data)) return fail(data.message, exitCode.failure);
  const letters = (data as Readonly<Record<string, readonly Letter[] | undefined>>)[kind.key];
  if (!Array.isArray(letters)) return fail(somethingElse(path).message, exitCode.failure);
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
