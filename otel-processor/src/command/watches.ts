import { isWatchList, type WatchedSignal, type WatchList } from '@statbar/sdk/wire';
import { isFault } from '../base/index.ts';
import { aligned } from './query-format.ts';
import { readServiceCall, somethingElse } from './service-call.ts';
import { type ExitCode, exitCode, type Terminal } from './terminal.ts';

/** `statbar watches`. */
export async function watchesCommand(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const call = readServiceCall('watches', args, { limit: { type: 'string' } }, terminal);
  if (typeof call === 'number') return call;
  const limit = Number(call.values['limit'] ?? 50);
  if (!Number.isInteger(limit) || limit < 1) {
    return call.fail('--limit: expected a number from 1 up', exitCode.usage);
  }
  const path = `/statbar/v1/watches?limit=${limit}`;
  const list = await call.ask(path);
  if (isFault(list)) return call.fail(list.message, exitCode.failure);
  if (!isWatchList(list)) return call.fail(somethingElse(path).message, exitCode.failure);
  terminal.out(call.format === 'json' ? `${JSON.stringify(list)}\n` : tableOf(list));
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
