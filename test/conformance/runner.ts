import {
  type Fault,
  isFault,
  silentLogger,
  systemClock,
  Telemetry,
} from '../../otel-processor/src/base/index.ts';
import { type Histogram, LabelSet } from '../../otel-processor/src/model/index.ts';
import {
  createQueryEngine,
  type QueryEngine,
  queryConfigSchema,
} from '../../otel-processor/src/query/index.ts';
import type { QueryResult } from '../../otel-processor/src/query/types.ts';
import { MemoryQuerier } from '../script/memory-querier.ts';
import {
  type EvalCommand,
  type Expectation,
  type LoadCommand,
  parseScript,
} from '../script/promql-script.ts';
import { atVariants } from './at-variants.ts';
import { type Comparable, type ComparableSeries, seriesDifferences } from './compare.ts';
import { NhcbConverter } from './nhcb.ts';

export interface CaseFailure {
  readonly line: number;
  readonly expression: string;
  readonly differences: readonly string[];
}

export interface ScriptOutcome {
  readonly total: number;
  readonly failures: readonly CaseFailure[];
}

/** Runs one promqltest script against a new engine over a new querier. */
export async function runPromqlScript(text: string): Promise<ScriptOutcome> {
  const querier = new MemoryQuerier();
  // As upstream's own tests: everything experimental on, and durations that tests rely on.
  const config = queryConfigSchema.parse({ delayed_name_removal: true, subquery_step: '1m' });
  const engine = createQueryEngine(config, {
    querier,
    clock: systemClock,
    telemetry: new Telemetry(),
    logger: silentLogger,
  });
  const failures: CaseFailure[] = [];
  let total = 0;
  for (const command of parseScript(text)) {
    if (command.kind === 'clear') querier.clear();
    else if (command.kind === 'load') load(querier, command);
    else {
      total += 1;
      const differences = await checkEval(engine, command);
      if (differences.length > 0) {
        failures.push({ line: command.line, expression: command.expression, differences });
      }
    }
  }
  return { total, failures };
}

function load(querier: MemoryQuerier, command: LoadCommand): void {
  const converter = new NhcbConverter();
  for (const { labels, startTimes, points } of command.series) {
    for (const [i, point] of points.entries()) {
      const timeMs = i * command.stepMs;
      if (point.kind === 'gap') continue;
      if (startTimes) {
        if (point.kind === 'float') querier.addStart(labels, timeMs, timeMs + point.value);
      } else if (point.kind === 'stale') querier.add(labels, timeMs, 'stale');
      else if (point.kind === 'histogram') querier.add(labels, timeMs, point.histogram);
      else {
        querier.add(labels, timeMs, point.value);
        if (command.withNhcb) converter.add(labels, timeMs, point.value);
      }
    }
  }
  converter.storeIn(querier);
}

async function checkEval(engine: QueryEngine, command: EvalCommand): Promise<string[]> {
  const { expression, fromMs, toMs, stepMs } = command;
  if (stepMs !== undefined) {
    return checkResult(command, await engine.range(expression, { fromMs, toMs, stepMs }));
  }
  const differences = checkResult(command, await engine.instant(expression, { timeMs: fromMs }));
  const special = command.expectations.some(({ type }) => type === 'string' || type === 'range_vector');
  if (differences.length > 0 || special) return differences;
  const fails = command.expectations.some(({ type }) => type === 'fail');
  for (const variant of fails ? [] : atVariants(expression, fromMs)) {
    const result = await engine.instant(variant.expression, { timeMs: variant.timeMs });
    for (const difference of checkResult(command, shifted(result, fromMs))) {
      differences.push(`as ${variant.expression} at ${variant.timeMs} ms: ${difference}`);
    }
  }
  if (command.expectations.some(({ type }) => type === 'ordered')) return differences;
  // What depends on the query's own range and step is meant to differ.
  if (/\b(?:start|end|range|step)\(\)/i.test(expression)) return differences;
  // The middle step of a range query must agree with the instant query.
  const range = await engine.range(expression, {
    fromMs: fromMs - 60_000,
    toMs: fromMs + 60_000,
    stepMs: 60_000,
  });
  if (fails) return differences;
  if (isFault(range)) return [`in a range query: failed: ${range.message}`];
  const expected = expectedSeries(command);
  const atTime = comparable(range, command)
    .map(({ labels, samples }) => ({
      labels,
      samples: new Map([...samples].filter(([timeMs]) => timeMs === fromMs)),
    }))
    .filter(({ samples }) => samples.size > 0);
  for (const difference of seriesDifferences(expected, atTime, false)) {
    differences.push(`in a range query: ${difference}`);
  }
  return differences;
}

/** The result as if it had been asked for at another time. */
function shifted(result: QueryResult | Fault, timeMs: number): QueryResult | Fault {
  if (isFault(result)) return result;
  const { value } = result;
  if (value.type !== 'vector') return result;
  const samples = value.samples.map((sample) => ({ ...sample, timestampMs: timeMs }));
  return { ...result, value: { type: 'vector', samples } };
}

function checkResult(command: EvalCommand, result: QueryResult | Fault): string[] {
  const failing = command.expectations.filter(({ type }) => type === 'fail');
  if (isFault(result)) {
    if (failing.length === 0) return [`failed: ${result.message}`];
    return failing
      .filter((one) => !matches(one, result.message))
      .map((one) => `error ${result.message}, not ${one.text}`);
  }
  if (failing.length > 0) return ['did not fail'];
  const differences = [
    ...checkAnnotations(command, 'warn', result.warnings),
    ...checkAnnotations(command, 'info', result.infos),
  ];
  const { value } = result;
  const string = command.expectations.find(({ type }) => type === 'string');
  if (string !== undefined) {
    if (value.type !== 'string' || value.value !== string.text)
      differences.push(`not the string ${string.text}`);
    return differences;
  }
  const ordered = command.expectations.some(({ type }) => type === 'ordered');
  differences.push(...seriesDifferences(expectedSeries(command), comparable(result, command), ordered));
  return differences;
}

function expectedSeries(command: EvalCommand): ComparableSeries[] {
  const { fromMs, stepMs, scalar } = command;
  if (scalar !== undefined) return [{ labels: LabelSet.empty, samples: new Map([[fromMs, scalar]]) }];
  const vector = command.expectations.find(({ type }) => type === 'range_vector');
  const [startMs, , everyMs] =
    vector === undefined ? [fromMs, 0, stepMs ?? 0] : vector.text.split(' ').map(Number);
  return command.series.map(({ labels, points }) => {
    const samples = new Map<number, Comparable>();
    for (const [i, point] of points.entries()) {
      if (point.kind === 'float') samples.set(startMs + i * everyMs, point.value);
      else if (point.kind === 'histogram') samples.set(startMs + i * everyMs, point);
    }
    return { labels, samples };
  });
}

/** The result by series; a scalar becomes a series without labels. */
function comparable({ value }: QueryResult, command: EvalCommand): ComparableSeries[] {
  switch (value.type) {
    case 'scalar':
      return [{ labels: LabelSet.empty, samples: new Map([[command.fromMs, value.value]]) }];
    case 'string':
      return [];
    case 'vector':
      return value.samples.map((sample) => ({
        labels: sample.labels,
        samples: new Map([[sample.timestampMs, toComparable(sample.value, sample.histogram)]]),
      }));
    case 'matrix':
      return value.series.map((series) => {
        const samples = new Map<number, Comparable>();
        for (const [i, timeMs] of series.timestampsMs.entries()) {
          samples.set(timeMs, toComparable(series.values[i], series.histograms?.get(i)));
        }
        return { labels: series.labels, samples };
      });
  }
}

function toComparable(value: number, histogram: Histogram | undefined): Comparable {
  return histogram === undefined ? value : { histogram, hinted: true };
}

function matches(expectation: Expectation, message: string): boolean {
  if (expectation.match === 'msg') return message === expectation.text.trim();
  if (expectation.match === 'regex')
    return new RegExp(expectation.text.trim().replace(/^(["`])(.*)\1$/, '$2')).test(message);
  return true;
}

function checkAnnotations(command: EvalCommand, type: 'warn' | 'info', found: readonly string[]): string[] {
  const wanted = command.expectations.filter((one) => one.type === type);
  const forbidden = command.expectations.some((one) => one.type === `no_${type}`);
  if (forbidden && found.length > 0) return [`unexpected ${type}: ${found.join('; ')}`];
  const differences: string[] = [];
  for (const one of wanted) {
    if (!found.some((message) => matches(one, message))) {
      differences.push(`no ${type} ${one.text} among: ${found.join('; ')}`);
    }
  }
  if (wanted.length > 0) {
    for (const message of found) {
      if (!wanted.some((one) => matches(one, message))) differences.push(`unexpected ${type}: ${message}`);
    }
  }
  return differences;
}
