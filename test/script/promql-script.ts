import { isFault, parseDuration } from '../../otel-processor/src/base/index.ts';
import {
  parseFloatText,
  parseSeriesLine,
  type SeriesLine,
  unquote,
} from '../../otel-processor/src/query/index.ts';

/** `expect warn msg: ...` and the like. */
export interface Expectation {
  readonly type: 'fail' | 'warn' | 'info' | 'no_warn' | 'no_info' | 'ordered' | 'string' | 'range_vector';
  readonly match: 'any' | 'msg' | 'regex';
  readonly text: string;
}

export interface LoadCommand {
  readonly kind: 'load';
  readonly line: number;
  readonly stepMs: number;
  /** Classic histograms are to be stored as native ones with custom buckets too. */
  readonly withNhcb: boolean;
  readonly series: readonly SeriesLine[];
}

export interface EvalCommand {
  readonly kind: 'eval';
  readonly line: number;
  readonly expression: string;
  /** Instant when the step is undefined. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly stepMs: number | undefined;
  readonly expectations: readonly Expectation[];
  readonly series: readonly SeriesLine[];
  /** The result is a scalar. */
  readonly scalar: number | undefined;
}

export type ScriptCommand = LoadCommand | EvalCommand | { readonly kind: 'clear'; readonly line: number };

/** Reads a script in the notation of Prometheus's promqltest. Throws an `Error` that names the line. */
export function parseScript(text: string): ScriptCommand[] {
  const lines = text.split('\n').map((line) => {
    const trimmed = line.trim();
    return trimmed.startsWith('#') ? '' : trimmed;
  });
  const commands: ScriptCommand[] = [];
  for (let i = 0; i < lines.length; i++) {
    if (lines[i] === '') continue;
    const start = i;
    const body: string[] = [];
    const head = lines[i];
    if (head === 'clear') {
      commands.push({ kind: 'clear', line: start + 1 });
      continue;
    }
    while (i + 1 < lines.length && lines[i + 1] !== '') body.push(lines[++i]);
    try {
      commands.push(parseCommand(head, body, start + 1));
    } catch (error) {
      throw new Error(`line ${start + 1}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return commands;
}

function parseCommand(head: string, body: readonly string[], line: number): ScriptCommand {
  const load = /^load(_with_nhcb)?\s+(.+?)$/.exec(head);
  if (load !== null) {
    return {
      kind: 'load',
      line,
      stepMs: timeOf(load[2]),
      withNhcb: load[1] !== undefined,
      series: body.map(parseSeriesLine),
    };
  }
  const instant = /^eval(?:_(fail|warn|info|ordered))?\s+instant\s+(?:at\s+(\S+)\s+)?(.+)$/.exec(head);
  if (instant !== null) {
    const atMs = timeOf(instant[2] ?? '0');
    return evalCommand(line, instant[3], [atMs, atMs, undefined], instant[1], body);
  }
  const range =
    /^eval(?:_(fail|warn|info))?\s+range\s+from\s+(\S+)\s+to\s+(\S+)\s+step\s+(\S+?)\s+(.+)$/.exec(head);
  if (range !== null) {
    return evalCommand(
      line,
      range[5],
      [timeOf(range[2]), timeOf(range[3]), timeOf(range[4])],
      range[1],
      body,
    );
  }
  throw new Error(`not a command: ${head}`);
}

function evalCommand(
  line: number,
  expression: string,
  [fromMs, toMs, stepMs]: readonly [number, number, number | undefined],
  deprecated: string | undefined,
  body: readonly string[],
): EvalCommand {
  const expectations: Expectation[] = [];
  const series: SeriesLine[] = [];
  let scalar: number | undefined;
  if (deprecated !== undefined) {
    expectations.push({ type: deprecated as Expectation['type'], match: 'any', text: '' });
  }
  for (const text of body) {
    if (text.startsWith('expect')) expectations.push(parseExpectation(text));
    else if (text.startsWith('expected_fail_message')) {
      expectations.push({
        type: 'fail',
        match: 'msg',
        text: text.slice('expected_fail_message'.length).trim(),
      });
    } else if (text.startsWith('expected_fail_regexp')) {
      expectations.push({
        type: 'fail',
        match: 'regex',
        text: text.slice('expected_fail_regexp'.length).trim(),
      });
    } else if (/^[+-]?(?:inf|nan|[\d.][\d.e+-]*)$/i.test(text)) scalar = parseFloatText(text);
    else series.push(parseSeriesLine(text));
  }
  return { kind: 'eval', line, expression, fromMs, toMs, stepMs, expectations, series, scalar };
}

function parseExpectation(text: string): Expectation {
  const string = /^expect\s+string\s+(["'`].*["'`])$/s.exec(text);
  if (string !== null) return { type: 'string', match: 'any', text: unquote(string[1]) };
  const vector = /^expect\s+range\s+vector\s+from\s+(\S+)\s+to\s+(\S+)\s+step\s+(\S+)$/.exec(text);
  if (vector !== null) {
    return {
      type: 'range_vector',
      match: 'any',
      text: vector
        .slice(1)
        .map((part) => timeOf(part))
        .join(' '),
    };
  }
  const plain = /^expect\s+(fail|warn|info|no_warn|no_info|ordered)(?:\s+(msg|regex)\s*:\s*(.*))?$/.exec(
    text,
  );
  if (plain === null) throw new Error(`not an expectation: ${text}`);
  let message = plain[3] ?? '';
  if (/^(["`]).*\1$/.test(message) && plain[2] !== 'regex') message = unquote(message);
  return {
    type: plain[1] as Expectation['type'],
    match: (plain[2] ?? 'any') as Expectation['match'],
    text: message,
  };
}

/** A duration, or a number of seconds. */
function timeOf(text: string): number {
  if (/^-?\d+(\.\d+)?$/.test(text)) return Number(text) * 1000;
  const durationMs = parseDuration(text.replace(/^-/, ''));
  if (isFault(durationMs)) throw new Error(durationMs.message);
  return text.startsWith('-') ? -durationMs : durationMs;
}
