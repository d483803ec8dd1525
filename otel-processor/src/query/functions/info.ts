import { isFault } from '../../base/index.ts';
import { createMatcher, isStale, LabelSet, type Matcher, METRIC_NAME } from '../../model/index.ts';
import { fail } from '../evaluate/evaluation.ts';
import { type LookTimes, lookTimes, readSeries } from '../evaluate/look.ts';
import { RowMerger } from '../evaluate/merge-rows.ts';
import { ABSENT, createRow, type Row, type RowSink } from '../evaluate/row.ts';
import { type Expr, unwrapped, type VectorSelector } from '../syntax/index.ts';
import type { CallContext, FunctionEntry } from './function-entry.ts';

/** The labels that say which info series describes which other series. */
const identifyingLabels: ReadonlySet<string> = new Set(['instance', 'job']);
const DEFAULT_NAME = 'target_info';
/** What info metrics are called when it is only said which ones are not meant. */
const ANY_NAME = '.+_info';

/** One info series: by step, when its newest sample was taken; NaN where there is none. */
interface InfoSeries {
  readonly labels: LabelSet;
  readonly name: string;
  readonly sampledMs: Float64Array;
}

interface Request {
  /** By which metric names info series are found. */
  readonly nameMatchers: readonly Matcher[];
  /** Conditions on the labels to add; only these labels are added when there are any. */
  readonly dataMatchers: readonly Matcher[];
}

function requestOf(selector: Expr | undefined): Request {
  const matchers = selector?.kind === 'vectorSelector' ? selector.matchers : [];
  const nameMatchers = matchers.filter((matcher) => matcher.name === METRIC_NAME);
  const fallback =
    nameMatchers.length === 0
      ? createMatcher('=', METRIC_NAME, DEFAULT_NAME)
      : nameMatchers.every(({ type }) => type === '!=' || type === '!~')
        ? createMatcher('=~', METRIC_NAME, ANY_NAME)
        : undefined;
  if (fallback !== undefined && !isFault(fallback)) nameMatchers.push(fallback);
  return { nameMatchers, dataMatchers: matchers.filter((matcher) => matcher.name !== METRIC_NAME) };
}

/**
 * When the samples that `expr` begins with are looked up: offsets and `@` of its first selector, and of the
 * subqueries around that, apply to the info series too.
 */
function referenceTimes(context: CallContext, expr: Expr): LookTimes {
  const { evaluation, steps } = context;
  let look: LookTimes = { startMs: steps.startMs, stepMs: steps.stepMs };
  const shift = (by: Pick<VectorSelector, 'at' | 'offset'>): void => {
    look = lookTimes(evaluation, by, { ...look, count: steps.count });
  };
  const visit = (node: Expr): boolean => {
    const inner = unwrapped(node);
    switch (inner.kind) {
      case 'vectorSelector':
        shift(inner);
        return true;
      case 'matrixSelector':
        shift(inner.selector);
        return true;
      case 'subquery': {
        const before = look;
        shift(inner);
        if (visit(inner.expr)) return true;
        look = before;
        return false;
      }
      case 'unary':
      case 'aggregate':
        return visit(inner.expr);
      case 'binary':
        return visit(inner.left) || visit(inner.right);
      case 'call':
        return inner.args.some(visit);
      default:
        return false;
    }
  };
  visit(expr);
  return look;
}

/** Info series that may describe the base rows. */
async function readInfoSeries(
  context: CallContext,
  request: Request,
  base: readonly Row[],
): Promise<InfoSeries[]> {
  const { evaluation, steps, call } = context;
  if (!base.some((row) => [...identifyingLabels].some((name) => row.labels.has(name)))) return [];
  const look = referenceTimes(context, call.args[0]);
  const { lookbackMs } = evaluation.settings;
  const selector: VectorSelector = {
    kind: 'vectorSelector',
    name: undefined,
    matchers: [...request.nameMatchers, ...request.dataMatchers],
    offset: undefined,
    at: undefined,
    edges: undefined,
    span: call.span,
  };
  const lastMs = look.startMs + (steps.count - 1) * look.stepMs;
  const found: InfoSeries[] = [];
  const hints = { stepMs: steps.stepMs, rangeMs: 0 };
  await readSeries(
    evaluation,
    selector,
    look.startMs - lookbackMs + 1,
    lastMs,
    hints,
    ({ labels }, buffer) => {
      const sampledMs = new Float64Array(steps.count).fill(Number.NaN);
      let next = 0;
      for (let step = 0; step < steps.count; step++) {
        const timeMs = look.startMs + step * look.stepMs;
        while (next < buffer.count && buffer.timestampsMs[next] <= timeMs) next++;
        const at = next - 1;
        if (at < 0 || buffer.timestampsMs[at] <= timeMs - lookbackMs || isStale(buffer.words, at)) continue;
        if (buffer.histograms?.has(at)) fail('info sample should be float');
        sampledMs[step] = buffer.timestampsMs[at];
      }
      found.push({ labels, name: labels.metricName ?? '', sampledMs });
    },
  );
  return found;
}

function signature(labels: LabelSet): string {
  return labels.only(identifyingLabels).key;
}

/** By identifying labels, then by metric name: the series among which the newest sample decides. */
type Index = ReadonlyMap<string, ReadonlyMap<string, readonly InfoSeries[]>>;

function indexed(infos: readonly InfoSeries[]): Index {
  const index = new Map<string, Map<string, InfoSeries[]>>();
  for (const info of infos) {
    const key = signature(info.labels);
    const byName = index.get(key) ?? new Map<string, InfoSeries[]>();
    index.set(key, byName);
    byName.set(info.name, [...(byName.get(info.name) ?? []), info]);
  }
  return index;
}

function newestAt(candidates: readonly InfoSeries[], step: number): InfoSeries | undefined {
  let newest: InfoSeries | undefined;
  for (const info of candidates) {
    const sampledMs = info.sampledMs[step];
    if (Number.isNaN(sampledMs)) continue;
    if (newest !== undefined && newest.sampledMs[step] === sampledMs) {
      fail(
        `found duplicate series for info metric: existing ${newest.labels} @ ${sampledMs}, ` +
          `new ${info.labels} @ ${sampledMs}`,
      );
    }
    if (newest === undefined || newest.sampledMs[step] < sampledMs) newest = info;
  }
  return newest;
}

/** The base row's labels with those of the info series; what the base row has already stays. */
function enriched(base: LabelSet, infos: readonly InfoSeries[], request: Request): LabelSet {
  const added = new Map<string, string>();
  const wanted = new Set(request.dataMatchers.map((matcher) => matcher.name));
  for (const info of infos) {
    for (const [name, value] of info.labels) {
      if (name === METRIC_NAME || (wanted.size > 0 && !wanted.has(name))) continue;
      const known = added.get(name);
      if (known !== undefined && known !== value) fail(`conflicting label: ${name}`);
      if (!base.has(name)) added.set(name, value);
    }
  }
  return added.size === 0 ? base : LabelSet.of([...base, ...added]);
}

/** Cuts the row into one for each set of info series that describe it over the steps. */
function enrich(
  row: Row,
  byName: ReadonlyMap<string, readonly InfoSeries[]>,
  request: Request,
  merger: RowMerger,
): void {
  const droppable = request.dataMatchers.some((matcher) => !matcher.matches(''));
  const parts = new Map<string, Row>();
  for (let step = 0; step < row.presence.length; step++) {
    if (row.presence[step] === ABSENT) continue;
    const infos: InfoSeries[] = [];
    for (const candidates of byName.values()) {
      const newest = newestAt(candidates, step);
      if (newest !== undefined) infos.push(newest);
    }
    if (infos.length === 0 && droppable) continue;
    const labels = enriched(row.labels, infos, request);
    let part = parts.get(labels.key);
    if (part === undefined) {
      part = createRow(labels, row.presence.length);
      part.dropName = row.dropName;
      parts.set(labels.key, part);
    }
    part.presence[step] = row.presence[step];
    part.values[step] = row.values[step];
    const histogram = row.histograms?.[step];
    if (histogram === undefined) continue;
    part.histograms ??= [];
    part.histograms[step] = histogram;
  }
  for (const part of parts.values()) merger.add(part);
}

async function evaluateInfo(context: CallContext, sink: RowSink): Promise<void> {
  const { call, evaluator, steps } = context;
  const base = await evaluator.collect(call.args[0], steps);
  const request = requestOf(call.args[1]);
  // Info series themselves are not enriched.
  const isInfo = (row: Row): boolean =>
    request.nameMatchers.every((matcher) => matcher.matches(row.labels.metricName ?? ''));
  const others = base.filter((row) => !isInfo(row));
  const index = indexed(await readInfoSeries(context, request, others));
  const merger = new RowMerger();
  for (const row of base) {
    if (isInfo(row)) merger.add(row);
    else enrich(row, index.get(signature(row.labels)) ?? new Map(), request, merger);
  }
  for (const row of merger.rows) sink(row);
  context.evaluation.releaseRows(base);
}

/** Functions that join with info metrics. */
export const infoFunctions: readonly FunctionEntry[] = [
  {
    name: 'info',
    args: ['vector', 'vector'],
    variadic: 1,
    returns: 'vector',
    experimental: true,
    doc: 'Adds labels of the info metrics (target_info) with the same job and instance.',
    implementation: { kind: 'vector', evaluate: evaluateInfo },
  },
];
