import { writeFileSync } from 'node:fs';
import {
  type BacktestResult,
  detectionChart,
  forecastChart,
  type PastSignal,
  reportPage,
  runBacktest,
  summaryOf,
} from '../backtest/index.ts';
import { type Fault, formatDuration, isFault } from '../base/index.ts';
import { defaultProfile, detectorMethods } from '../detect/index.ts';
import { createForecaster } from '../forecast/index.ts';
import { readArguments } from './arguments.ts';
import { type BacktestRequest, backtestOptions, backtestRequest } from './backtest-request.ts';
import { readFiled, readStored } from './past-signals.ts';
import { tokenOf } from './query.ts';
import { aligned } from './query-format.ts';
import { type ExitCode, exitCode, type Terminal } from './terminal.ts';

/** Sensitivities that are compared, as multiples of the one asked for. */
const OTHER_SENSITIVITIES = [0.1, 0.3, 3, 10, 30];
/** What a forecast is made from, at most: four weeks. */
const FORECAST_HISTORY_MS = 28 * 86_400_000;

/** `statbar backtest`: what detection and forecasts would have done to stored data. */
export async function backtestCommand(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const parsed = readArguments('backtest', args, backtestOptions, [], terminal);
  if (typeof parsed === 'number') return parsed;
  const fail = (message: string, code: ExitCode): ExitCode => {
    clearProgress(terminal);
    terminal.err(`statbar backtest: ${message}\n`);
    return code;
  };
  const request = backtestRequest(parsed.values);
  if (isFault(request)) return fail(request.message, exitCode.usage);
  const token = tokenOf(parsed.values, terminal);
  if (isFault(token)) return fail(token.message, exitCode.usage);
  const signals = await signalsOf(request, token, terminal);
  if (isFault(signals)) return fail(signals.message, exitCode.failure);
  const results: BacktestResult[] = [];
  for (const signal of signals) {
    showProgress(
      terminal,
      `testing ${results.length + 1} of ${signals.length}`,
      results.length / signals.length,
    );
    results.push(await backtestOf(signal, request));
  }
  clearProgress(terminal);
  for (const result of results) terminal.out(textOf(result, request));
  if (request.outPath === undefined) return exitCode.ok;
  try {
    writeFileSync(request.outPath, fileOf(request, results));
  } catch (error) {
    return fail(
      `cannot write ${request.outPath}: ${error instanceof Error ? error.message : error}`,
      exitCode.failure,
    );
  }
  terminal.err(`report written to ${request.outPath}\n`);
  return exitCode.ok;
}

async function signalsOf(
  { source }: BacktestRequest,
  token: string | undefined,
  terminal: Terminal,
): Promise<PastSignal[] | Fault> {
  if (source.kind === 'stored') {
    return readStored({ ...source, token }, (share) => showProgress(terminal, 'reading', share));
  }
  const signal = readFiled(source.path, source.fromMs, source.toMs);
  return isFault(signal) ? signal : [signal];
}

function backtestOf(signal: PastSignal, request: BacktestRequest): Promise<BacktestResult> {
  const { alertsPerWeek, direction, timeZone, horizonMs } = request;
  const profile = { ...defaultProfile, stepMs: signal.stepMs, alertsPerWeek, direction, timeZone };
  return runBacktest(signal, {
    method: detectorMethods[0],
    profile,
    otherSensitivities: OTHER_SENSITIVITIES.map((factor) => Number((factor * alertsPerWeek).toPrecision(3))),
    forecaster: createForecaster(),
    horizonSteps: Math.max(1, Math.round(horizonMs / signal.stepMs)),
    historySteps: Math.ceil(FORECAST_HISTORY_MS / signal.stepMs),
  });
}

function fileOf(
  { outPath, picture, title, alertsPerWeek }: BacktestRequest,
  results: readonly BacktestResult[],
): string {
  if (outPath?.endsWith('.svg') !== true) return reportPage(title, results, alertsPerWeek);
  return picture === 'forecast' ? forecastChart(results[0]) : detectionChart(results[0]);
}

/** Episodes that are printed; the report has all. */
const EPISODES_SHOWN = 20;

function textOf(result: BacktestResult, { alertsPerWeek }: BacktestRequest): string {
  const { signal, detection, sensitivities, trials } = result;
  const lines = [signal.name, ...summaryOf(result).map((sentence) => `  ${sentence}`), ''];
  for (const { startMs, endMs, score, value, expected, why } of detection.episodes.slice(0, EPISODES_SHOWN)) {
    const lasted = endMs === undefined ? 'goes on' : `for ${formatDuration(endMs - startMs)}`;
    const numbers = `${short(value)} where ${short(expected)} was expected`;
    lines.push(
      `  ${new Date(startMs).toISOString().slice(0, 19)}Z ${lasted}, score ${score.toFixed(1)}: ${numbers}`,
    );
    if (why.length > 0) lines.push(`    ${why[0]}`);
  }
  const more = detection.episodes.length - EPISODES_SHOWN;
  if (more > 0) lines.push(`  ... and ${more} more: see --out`);
  if (detection.episodes.length > 0) lines.push('');
  const rows = sensitivities.map((each) => {
    const isChosen = each.alertsPerWeek === alertsPerWeek ? '  (this one)' : '';
    return [`  sensitivity ${each.alertsPerWeek} a week`, `episodes: ${each.episodes}${isChosen}`];
  });
  for (const each of trials === undefined ? [] : [...trials.stretches, trials.whole]) {
    const ahead = `${formatDuration(each.fromStep * signal.stepMs)} to ${formatDuration(each.toStep * signal.stepMs)}`;
    const shares = each.coverage.map((share) => `${(100 * share).toFixed(1)} %`).join(' and ');
    const errors = `${short(each.error)} (a day before: ${short(each.naiveError)})`;
    rows.push([`  forecast ${ahead} ahead`, `mean error ${errors}, within 80 and 95 %: ${shares}`]);
  }
  return `${lines.join('\n')}\n${aligned(rows)}\n`;
}

function short(value: number): string {
  return String(Number(value.toPrecision(4)));
}

/** Cells of a progress bar. */
const BAR = 24;

function showProgress(terminal: Terminal, what: string, share: number): void {
  if (!terminal.interactive) return;
  const full = Math.round(share * BAR);
  terminal.err(`\r[${'#'.repeat(full)}${'.'.repeat(BAR - full)}] ${what}\u001b[K`);
}

function clearProgress(terminal: Terminal): void {
  if (terminal.interactive) terminal.err('\r\u001b[K');
}
