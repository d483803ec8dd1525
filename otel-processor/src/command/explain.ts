import { isFault } from '../base/index.ts';
import { type ChangeExplanation, explainChange } from '../explain/index.ts';
import { readArguments } from './arguments.ts';
import { iso, readChange, type TableChange } from './change-table.ts';
import { Progress } from './progress.ts';
import { aligned } from './query-format.ts';
import { type ExitCode, exitCode, type Terminal } from './terminal.ts';
import { parseTimeText } from './time-text.ts';

const options = {
  in: { type: 'string' },
  'time-column': { type: 'string' },
  at: { type: 'string' },
  value: { type: 'string' },
  per: { type: 'string' },
  by: { type: 'string' },
  limit: { type: 'string' },
  format: { type: 'string' },
} as const;

const LIMIT = 10;
const LABELS_TOGETHER = 3;

/** Says which label values account for what a table's total, or ratio of totals, is at one time. */
export async function explainCommand(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const parsed = readArguments('explain', args, options, [], terminal);
  if (typeof parsed === 'number') return parsed;
  const text = (name: string): string | undefined => {
    const value = parsed.values[name];
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  const fail = (message: string, code: ExitCode): ExitCode => {
    terminal.err(`statbar explain: ${message}\n`);
    return code;
  };
  const missing = ['in', 'time-column', 'at', 'value', 'by'].find((name) => text(name) === undefined);
  if (missing !== undefined)
    return fail(`--${missing} is missing; see: statbar explain --help`, exitCode.usage);
  const format = text('format') ?? 'table';
  if (format !== 'table' && format !== 'json') return fail('--format: expected table, json', exitCode.usage);
  const limit = Number(text('limit') ?? LIMIT);
  if (!Number.isInteger(limit) || limit < 1) return fail('--limit: expected a number from 1', exitCode.usage);
  const atMs = parseTimeText(text('at') ?? '');
  if (atMs === undefined) return fail(`--at: not a time: ${JSON.stringify(text('at'))}`, exitCode.usage);
  const columns = {
    time: text('time-column') ?? '',
    value: text('value') ?? '',
    weight: text('per'),
    by: [...new Set((text('by') ?? '').split(',').map((name) => name.trim()))].filter((name) => name !== ''),
  };
  const path = text('in') ?? '';
  const progress = new Progress(terminal);
  const change = await readChange(path, columns, atMs, (share) => progress.show(share, path));
  progress.clear();
  if (isFault(change)) return fail(change.message, exitCode.failure);
  const explained = explainChange(change.input, { limit, labelsMax: LABELS_TOGETHER, dropImplied: false });
  if (format === 'json') terminal.out(`${JSON.stringify(explained.explanations, null, 2)}\n`);
  else terminal.out(tableOf(explained, change, atMs, columns));
  return exitCode.ok;
}

function tableOf(
  { expected, actual, explanations }: ChangeExplanation,
  { stepCountBefore, input }: TableChange,
  atMs: number,
  { value, weight }: { readonly value: string; readonly weight: string | undefined },
): string {
  const what = weight === undefined ? `sum(${value})` : `sum(${value})/sum(${weight})`;
  const head = `${what} at ${iso(atMs)} is ${number(actual)}, expected ${number(expected)} by ${stepCountBefore} earlier steps; ${input.leaves.length} label sets\n`;
  if (explanations.length === 0) return `${head}no label values account for a change\n`;
  const rows = explanations.map(({ labels, share, surprise, expected: before, actual: now }) => [
    `${number(share * 100)} %`,
    number(surprise),
    number(before),
    number(now),
    Object.entries(labels)
      .map(([name, text]) => `${name}=${JSON.stringify(text)}`)
      .join(', '),
  ]);
  return head + aligned([['share', 'surprise', 'expected', 'actual', 'labels'], ...rows]);
}

function number(value: number): string {
  return Number.isFinite(value) ? String(Number(value.toPrecision(3))) : 'none';
}
