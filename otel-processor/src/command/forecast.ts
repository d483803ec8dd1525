import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Fault, isFault, permanent } from '../base/index.ts';
import { createForecaster, type Forecast, type Forecaster } from '../forecast/index.ts';
import { readArguments } from './arguments.ts';
import { isTimeZone } from './backtest-request.ts';
import { readTextFile } from './csv-text.ts';
import { inputFiles } from './input-files.ts';
import { readSignals, type SignalText } from './signal-text.ts';
import { type ExitCode, exitCode, type Terminal } from './terminal.ts';

const options = {
  in: { type: 'string' },
  out: { type: 'string' },
  horizon: { type: 'string' },
  level: { type: 'string' },
  season: { type: 'string' },
  'time-zone': { type: 'string' },
  rows: { type: 'boolean' },
} as const;

interface Request {
  readonly inPath: string;
  readonly outPath: string;
  readonly horizonSteps: number;
  readonly level: number;
  readonly season?: number;
  readonly timeZone?: string;
  readonly rows: boolean;
}

/** Steps ahead and of a season, at most: a forecast is a column in memory. */
const STEPS_MAX = 100_000;
/** Signals between two words about the progress. */
const PROGRESS_SIGNALS = 10;

/** `statbar forecast`: files in, a file of mean and interval for each signal out. */
export async function forecastCommand(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const parsed = readArguments('forecast', args, options, [], terminal);
  if (typeof parsed === 'number') return parsed;
  const fail = (message: string, code: ExitCode): ExitCode => {
    terminal.err(`${terminal.interactive ? '\r' : ''}statbar forecast: ${message}\n`);
    return code;
  };
  const request = requestOf(parsed.values);
  if (isFault(request)) return fail(request.message, exitCode.usage);
  const files = inputFiles(request.inPath);
  if (isFault(files)) return fail(files.message, exitCode.failure);
  const forecaster = createForecaster();
  let done = 0;
  for (const file of files) {
    const text = readTextFile(file.path);
    if (isFault(text)) return fail(text.message, exitCode.failure);
    const signals = readSignals(file.path, file.name, text, request.rows);
    if (isFault(signals)) return fail(signals.message, exitCode.failure);
    for (const signal of signals) {
      const fault = forecastSignal(forecaster, signal, request);
      if (fault !== undefined) return fail(fault.message, exitCode.failure);
      done += 1;
      if (terminal.interactive && done % PROGRESS_SIGNALS === 0) {
        terminal.err(`\r${done} forecast, ${file.path}\u001b[K`);
      }
    }
  }
  if (terminal.interactive) terminal.err('\r\u001b[K');
  terminal.err(`${done} ${done === 1 ? 'signal' : 'signals'} forecast to ${request.outPath}\n`);
  return exitCode.ok;
}

function requestOf(values: Readonly<Record<string, string | boolean | undefined>>): Request | Fault {
  const { in: inPath, out: outPath, season, rows } = values;
  const timeZone = values['time-zone'];
  if (inPath === undefined) return permanent('invalid', 'missing --in FILE or --in DIR');
  if (outPath === undefined) return permanent('invalid', 'missing --out DIR');
  const horizonSteps = stepsOf('--horizon', values['horizon'], 1);
  if (isFault(horizonSteps)) return horizonSteps;
  const level = Number(values['level'] ?? '0.95');
  if (!(level > 0 && level < 1)) return permanent('invalid', '--level: expected a number between 0 and 1');
  const seasonSteps = season === undefined ? undefined : stepsOf('--season', season, 1);
  if (isFault(seasonSteps)) return seasonSteps;
  if (timeZone !== undefined && !isTimeZone(String(timeZone))) {
    return permanent(
      'invalid',
      `--time-zone: there is no ${JSON.stringify(timeZone)} (expected for example Europe/Paris)`,
    );
  }
  return {
    inPath: String(inPath),
    outPath: String(outPath),
    horizonSteps,
    level,
    rows: rows === true,
    ...(seasonSteps === undefined ? {} : { season: seasonSteps }),
    ...(timeZone === undefined ? {} : { timeZone: String(timeZone) }),
  };
}

function stepsOf(option: string, text: string | boolean | undefined, least: number): number | Fault {
  const steps = Number(text);
  if (text !== undefined && Number.isInteger(steps) && steps >= least && steps <= STEPS_MAX) return steps;
  return permanent('invalid', `${option}: expected a whole number of steps from ${least} to ${STEPS_MAX}`);
}

function forecastSignal(forecaster: Forecaster, signal: SignalText, request: Request): Fault | undefined {
  const { horizonSteps, level, season, timeZone } = request;
  const model = forecaster.fit(signal, {
    horizonSteps,
    ...(season === undefined ? {} : { season }),
    ...(timeZone === undefined ? {} : { timeZone }),
  });
  const path = join(request.outPath, `${signal.id}.csv`);
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, csvOf(model.predict(horizonSteps, [level])));
    return undefined;
  } catch (error) {
    return permanent(
      'unavailable',
      `cannot write ${path}: ${error instanceof Error ? error.message : error}`,
    );
  }
}

/** Empty cells where nothing can be said. */
function csvOf({ mean, lower, upper }: Forecast): string {
  const cell = (value: number): string => (Number.isNaN(value) ? '' : String(value));
  let text = 'step,mean,lower,upper\n';
  for (let h = 0; h < mean.length; h++) {
    text += `${h + 1},${cell(mean[h])},${cell(lower[0][h])},${cell(upper[0][h])}\n`;
  }
  return text;
}
