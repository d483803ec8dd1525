import { isFault } from '../base/index.ts';
import { aligned } from './query-format.ts';
import { readServiceCall, somethingElse } from './service-call.ts';
import { type ExitCode, exitCode, type Terminal } from './terminal.ts';

const PATH = '/statbar/v1/views';

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
  const call = readServiceCall('views', args, {}, terminal);
  if (typeof call === 'number') return call;
  const data = await call.ask(PATH);
  if (isFault(data)) return call.fail(data.message, exitCode.failure);
  const { views } = data as { readonly views?: readonly View[] };
  if (!Array.isArray(views)) return call.fail(somethingElse(PATH).message, exitCode.failure);
  if (call.format === 'json') terminal.out(`${JSON.stringify(views)}\n`);
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
