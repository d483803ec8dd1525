import { type Fault, isFault, permanent } from '../base/index.ts';
import { csvCells, csvLines } from './csv-text.ts';
import { parseTimeText } from './time-text.ts';

/** One signal of a file, on equal steps, NaN where the file has nothing. */
export interface SignalText {
  readonly id: string;
  readonly values: Float64Array;
  /** Only where the file has times that lie on equal steps. */
  readonly startMs?: number;
  readonly stepMs?: number;
}

/** More steps per value than this are not a signal with gaps, but times without a step. */
const STEPS_PER_VALUE_MAX = 20;

/** The number of a cell; NaN of an empty one, undefined when it is something else. */
function numberOf(cell: string): number | undefined {
  if (cell === '' || /^(nan|null|na)$/i.test(cell)) return Number.NaN;
  const number = Number(cell);
  return Number.isNaN(number) ? undefined : number;
}

/** A file of lines `id,v1,v2,...`; a first line in which nothing but the id could be a value is its head. */
export function readRows(path: string, text: string): SignalText[] | Fault {
  const signals: SignalText[] = [];
  const lines = csvLines(text);
  for (let i = 0; i < lines.length; i++) {
    const [id, ...cells] = csvCells(lines[i]);
    if (id === '' && cells.length === 0) continue;
    if (i === 0 && cells.length > 0 && cells.every((cell) => cell !== '' && numberOf(cell) === undefined))
      continue;
    while (cells.length > 0 && cells[cells.length - 1] === '') cells.pop();
    const values = new Float64Array(cells.length);
    for (let j = 0; j < cells.length; j++) {
      const value = numberOf(cells[j]);
      if (value === undefined) {
        return permanent(
          'invalid',
          `${path}:${i + 1}: value ${j + 1} is not a number: ${JSON.stringify(cells[j])}`,
        );
      }
      values[j] = value;
    }
    if (!/^[^/\\\0]+$/.test(id) || id === '.' || id === '..') {
      return permanent('invalid', `${path}:${i + 1}: cannot name a file after the id ${JSON.stringify(id)}`);
    }
    signals.push({ id, values });
  }
  return signals;
}

/** A file with the columns `timestamp` and `value` (by name, or the first two), in order of time. */
export function readTimed(path: string, id: string, text: string): SignalText | Fault {
  const lines = csvLines(text);
  const head = lines.length > 0 ? csvCells(lines[0]).map((cell) => cell.toLowerCase()) : [];
  const hasHead = head.length > 0 && parseTimeText(head[0]) === undefined;
  const timeColumn = Math.max(0, head.indexOf('timestamp'));
  const named = head.indexOf('value');
  const valueColumn = named >= 0 ? named : timeColumn === 0 ? 1 : 0;
  const times: number[] = [];
  const values: number[] = [];
  for (let i = hasHead ? 1 : 0; i < lines.length; i++) {
    if (lines[i].trim() === '') continue;
    const cells = csvCells(lines[i]);
    const timeMs = parseTimeText(cells[timeColumn] ?? '');
    if (timeMs === undefined) {
      return permanent('invalid', `${path}:${i + 1}: not a time: ${JSON.stringify(cells[timeColumn] ?? '')}`);
    }
    const value = numberOf(cells[valueColumn] ?? '');
    if (value === undefined) {
      return permanent('invalid', `${path}:${i + 1}: not a number: ${JSON.stringify(cells[valueColumn])}`);
    }
    times.push(timeMs);
    values.push(value);
  }
  return { id, ...onEqualSteps(times, values) };
}

/** Onto the commonest step; of values at the same step the last one counts. Without such a step only their order does. */
function onEqualSteps(times: number[], values: number[]): Omit<SignalText, 'id'> {
  const order = times.map((_, i) => i).sort((a, b) => times[a] - times[b] || a - b);
  const counts = new Map<number, number>();
  let stepMs = 0;
  for (let i = 1; i < order.length; i++) {
    const difference = times[order[i]] - times[order[i - 1]];
    if (difference <= 0) continue;
    const count = (counts.get(difference) ?? 0) + 1;
    counts.set(difference, count);
    if (stepMs === 0 || count > (counts.get(stepMs) ?? 0)) stepMs = difference;
  }
  const startMs = order.length > 0 ? times[order[0]] : 0;
  const endMs = order.length > 0 ? times[order[order.length - 1]] : 0;
  const length = stepMs === 0 ? 0 : Math.round((endMs - startMs) / stepMs) + 1;
  if (stepMs === 0 || length > STEPS_PER_VALUE_MAX * order.length) {
    return { values: Float64Array.from(order, (i) => values[i]) };
  }
  const column = new Float64Array(length).fill(Number.NaN);
  for (const i of order) column[Math.round((times[i] - startMs) / stepMs)] = values[i];
  return { values: column, startMs, stepMs };
}

/** The signals of one file in either form. */
export function readSignals(path: string, id: string, text: string, rows: boolean): SignalText[] | Fault {
  if (rows) return readRows(path, text);
  const signal = readTimed(path, id, text);
  return isFault(signal) ? signal : [signal];
}
