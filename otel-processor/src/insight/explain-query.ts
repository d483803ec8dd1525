import { type Fault, formatDuration, isFault, permanent } from '../base/index.ts';
import { type ChangeInput, explainChangeInTurns } from '../explain/index.ts';
import type { QueryEngine, RangeSeries } from '../query/types.ts';
import type { ExplainConfig } from './config.ts';
import { changeOf, type LeafSeries, sharedLabelNames } from './leaf-table.ts';
import { readSeries } from './read-series.ts';
import type { Against, ExplainedQuery, ExplainRequest } from './types.ts';

/** An expression as what its series add up to: `splitTotals` of the query room. */
export interface SplitExpression {
  readonly values: string;
  readonly weights: string | undefined;
  readonly factor: number;
  readonly sideLabels: readonly string[];
  readonly metricNames: readonly string[];
  readonly selectors: readonly string[];
  readonly rangeMs: number | undefined;
}

export interface ExplainPorts {
  readonly engine: QueryEngine;
  splitTotals(expression: string): SplitExpression | Fault;
  /** The expression with ranges of at least so much, and the same unit. */
  widenRanges(expression: string, rangeMs: number): string;
}

/** Every target of OTLP and of Prometheus has one of these. */
const ALIVE = 'group({__name__=~"target_info|up"})';
/** Earlier days, or weeks, that the past is made of, and steps on either side of the same time in each. */
const PERIODS = 4;
const NEIGHBOURS = 2;
/** With fewer steps of the past that are known, another way of looking at it is tried. */
const KNOWN_MIN = 8;

/** Stretches of time that are read, and the times within them that count, in time order, the one in question last. */
interface Past {
  readonly ranges: ReadonlyArray<{ readonly fromMs: number; readonly toMs: number }>;
  readonly timesMs: readonly number[];
}

/** The change as one way of looking at it has it. */
interface Reading {
  readonly input: ChangeInput;
  readonly names: readonly string[];
  readonly past: Past;
  readonly stepMs: number;
  /** Steps of the past at which there is a value. */
  readonly known: number;
  readonly note: string | undefined;
}

/** What of the labels of an expression's series accounts for its change; everything but related signals. */
export async function explainQuery(
  request: ExplainRequest,
  config: ExplainConfig,
  ports: ExplainPorts,
): Promise<Omit<ExplainedQuery, 'related'> | Fault> {
  const reading = await bestReading(request, config, ports);
  if (isFault(reading)) return reading;
  const { input, names, past, stepMs, note } = reading;
  const fault = problemOf(input.leaves.length, config.series_max, request.expression);
  if (fault !== undefined) return fault;
  const explained = await explainChangeInTurns(input, {
    limit: config.explanations_max,
    labelsMax: config.labels_max,
    dropImplied: request.by.length === 0,
  });
  return {
    ...explained,
    by: names,
    fromMs: past.timesMs[0],
    toMs: past.timesMs[past.timesMs.length - 2],
    stepMs,
    seriesCount: input.leaves.length,
    note,
  };
}

/**
 * As it was asked for, if that shows enough of the past. A range shorter than the step looks at a part of each step only:
 * then steps as short as the range, which show more of a past that has just begun, or ranges as long as the step, which
 * find samples that come at longer intervals.
 */
async function bestReading(
  request: ExplainRequest,
  config: ExplainConfig,
  ports: ExplainPorts,
): Promise<Reading | Fault> {
  const { expression } = request;
  const totals = ports.splitTotals(expression);
  if (isFault(totals)) return totals;
  const stepMs = request.stepMs ?? config.step;
  const first = await readChange(request, totals, stepMs, config, ports);
  const { rangeMs } = totals;
  if (isFault(first) || first.known >= KNOWN_MIN || rangeMs === undefined || rangeMs >= stepMs) return first;
  const readings = [first];
  const [step, range] = [formatDuration(stepMs), formatDuration(rangeMs)];
  if (request.stepMs === undefined) {
    const finer = await readChange(request, totals, rangeMs, config, ports);
    if (isFault(finer)) return finer;
    readings.push({
      ...finer,
      note: `In steps of ${range}: too little of the past is known in steps of ${step}.`,
    });
  }
  const wide = ports.splitTotals(ports.widenRanges(expression, stepMs));
  if (!isFault(wide) && readings.every(({ known }) => known < KNOWN_MIN)) {
    const wider = await readChange(request, wide, stepMs, config, ports);
    if (isFault(wider)) return wider;
    readings.push({
      ...wider,
      note: `Over ranges of ${step}: those of ${range} have too few samples in the past.`,
    });
  }
  return readings.reduce((best, each) => (each.known > best.known ? each : best));
}

async function readChange(
  { atMs, by, against, signal }: ExplainRequest,
  totals: SplitExpression,
  stepMs: number,
  config: ExplainConfig,
  { engine }: ExplainPorts,
): Promise<Reading | Fault> {
  const past = pastOf(against, atMs, stepMs, config.steps);
  const read = async (text: string): Promise<readonly RangeSeries[] | Fault> => {
    const grouped = by.length === 0 ? text : `sum by (${by.map(labelText).join(', ')}) (${text})`;
    const all: RangeSeries[] = [];
    for (const range of past.ranges) {
      const series = await readSeries(engine, grouped, { ...range, stepMs, signal });
      if (isFault(series)) return series;
      all.push(...series);
    }
    return all;
  };
  const values = await read(totals.values);
  if (isFault(values)) return values;
  const weights = totals.weights === undefined ? undefined : await read(totals.weights);
  if (isFault(weights)) return weights;
  const series: LeafSeries = { values, weights };
  const names = by.length > 0 ? by : sharedLabelNames(series, totals.sideLabels);
  const input = changeOf(series, names, past.timesMs, totals.factor);
  if (weights === undefined) {
    // Where the selectors find something and the expression does not, as with too short a range, it is not known.
    const present = totals.selectors.map((selector) => `group(${selector})`).join(' or ');
    const nothing = `${ALIVE} unless (${present})`;
    const times = await timesOf(past, (range) => readSeries(engine, nothing, { ...range, stepMs, signal }));
    if (isFault(times)) return times;
    fillWithNothing(input, past.timesMs, times);
  }
  const known = input.history.filter((column) => !column.every(Number.isNaN)).length;
  return { input, names, past, stepMs, known, note: undefined };
}

/** When there was a result at all. */
async function timesOf(
  past: Past,
  read: (range: Past['ranges'][number]) => Promise<readonly RangeSeries[] | Fault>,
): Promise<ReadonlySet<number> | Fault> {
  const times = new Set<number>();
  for (const range of past.ranges) {
    const series = await read(range);
    if (isFault(series)) return series;
    for (const { timestampsMs } of series) for (const timeMs of timestampsMs) times.add(timeMs);
  }
  return times;
}

/** Series that are absent while others are collected add nothing: a counter of errors begins with the first error. */
function fillWithNothing(input: ChangeInput, timesMs: readonly number[], empty: ReadonlySet<number>): void {
  [...input.history, input.current].forEach((column, step) => {
    if (empty.has(timesMs[step]) && column.every(Number.isNaN)) column.fill(0);
  });
}

function problemOf(leafCount: number, seriesMax: number, expression: string): Fault | undefined {
  if (leafCount === 0) return permanent('not_found', `${expression} has no series then`);
  if (leafCount <= seriesMax) return undefined;
  return permanent(
    'limit',
    `${leafCount} series are more than can be looked at (limit: explain.series_max = ${seriesMax}); name the labels of interest with the parameter by`,
  );
}

function pastOf(against: Against, atMs: number, stepMs: number, steps: number): Past {
  if (against.kind === 'before') {
    const fromMs = atMs - steps * stepMs;
    return { ranges: [{ fromMs, toMs: atMs }], timesMs: stepsFrom(fromMs, steps + 1, stepMs) };
  }
  const ranges = [];
  const timesMs: number[] = [];
  for (let period = PERIODS; period >= 1; period--) {
    const fromMs = atMs - period * against.periodMs - NEIGHBOURS * stepMs;
    const count = 2 * NEIGHBOURS + 1;
    ranges.push({ fromMs, toMs: fromMs + (count - 1) * stepMs });
    timesMs.push(...stepsFrom(fromMs, count, stepMs));
  }
  ranges.push({ fromMs: atMs, toMs: atMs });
  return { ranges, timesMs: [...new Set(timesMs), atMs].sort((a, b) => a - b) };
}

function stepsFrom(fromMs: number, count: number, stepMs: number): number[] {
  return Array.from({ length: count }, (_, i) => fromMs + i * stepMs);
}

/** Names of any characters are written as PromQL has them, in quotes. */
function labelText(name: string): string {
  return /^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name) ? name : JSON.stringify(name);
}
