import type { ViewResult, ViewStatus } from '../../../otel-processor/src/windows/index.ts';
import { type Arrival, arrivalsOf, type LoggedRequest, numbersOf, windowEnds } from './oracle.ts';
import type { ViewSpec } from './spec.ts';

/** A result as it was emitted. */
export interface Emission
  extends Pick<ViewResult, 'view' | 'startMs' | 'endMs' | 'kind' | 'revision' | 'isFinal' | 'completeness'> {
  /** The process that emitted it; undefined while it read back its log. */
  readonly life: object | undefined;
  /** Undefined when nobody looked. */
  readonly numbers: ReadonlyMap<string, number> | undefined;
  /** Index of the last request that may be in it. */
  readonly applied: number;
}

export interface Evidence {
  readonly specs: readonly ViewSpec[];
  readonly log: readonly LoggedRequest[];
  readonly emissions: readonly Emission[];
  readonly status: readonly ViewStatus[];
}

/** Published bound of quantiles, and rounding of what is computed in another order. */
const QUANTILE_ERROR = 0.0109;
const ROUNDING = 1e-9;

/** Everything that is wrong with what views said, in words. */
export function judge({ specs, log, emissions, status }: Evidence): string[] {
  const violations = revisionProblems(specs, emissions);
  for (const spec of specs) {
    const { arrivals, late, count } = arrivalsOf(spec, log);
    const own = emissions.filter(({ view }) => view === spec.name);
    violations.push(...viewProblems(spec, arrivals, own));
    const state = status.find(({ name }) => name === spec.name);
    const counts = [state?.eventCount, state?.tooLateCount, state?.keyCount, state?.openSessions];
    const wanted = [count, late, 0, 0];
    if (counts.join() !== wanted.join())
      violations.push(
        `${spec.name}: events, late, keys and sessions are ${counts.join()} instead of ${wanted.join()}`,
      );
  }
  const [part, whole] = ['part', 'whole'].map((name) => specs.find((spec) => spec.name === name));
  if (part !== undefined && whole !== undefined)
    violations.push(...ratioProblems(part, whole, log, emissions));
  return violations;
}

function viewProblems(
  spec: ViewSpec,
  arrivals: readonly Arrival[],
  emissions: readonly Emission[],
): string[] {
  const problems: string[] = [];
  const finals = new Set<number>();
  for (const emission of emissions) {
    const { endMs, kind, numbers, startMs, revision } = emission;
    const where = `${spec.name} ${kind} ${startMs}..${endMs} revision ${revision}`;
    if (endMs - startMs !== spec.sizeMs) problems.push(`${where}: another length than ${spec.sizeMs}`);
    if (kind === 'final') finals.add(endMs);
    if (spec.guarantee === 'complete' && (kind !== 'final' || revision !== 0))
      problems.push(`${where}: a view that is complete says everything once`);
    if (numbers === undefined) continue;
    const problem = emissionProblem(spec, arrivals, emission, numbers);
    if (problem !== undefined) problems.push(`${where}: ${problem}`);
  }
  for (const endMs of windowEnds(spec, arrivals))
    if (!finals.has(endMs)) problems.push(`${spec.name}: no final result of the window until ${endMs}`);
  return problems.slice(0, 5);
}

function emissionProblem(
  spec: ViewSpec,
  arrivals: readonly Arrival[],
  { endMs, kind, applied }: Emission,
  numbers: ReadonlyMap<string, number>,
): string | undefined {
  if (kind === 'final')
    return difference(numbersOf(spec, arrivals, endMs, endMs + spec.latenessMs), numbers, false);
  if (kind === 'on_time') return difference(numbersOf(spec, arrivals, endMs, endMs), numbers, false);
  // Sessions count when they end, which early results have as far as it has come to that.
  if (spec.gapMs !== undefined) return undefined;
  // Early, or a correction: all that had come by then, with or without the request at hand.
  const [without, with_] = [applied - 1, applied].map((last) => {
    const seen = arrivals.filter(({ request }) => request <= last);
    return difference(numbersOf(spec, seen, endMs, endMs + spec.latenessMs), numbers, true);
  });
  return without === undefined || with_ === undefined ? undefined : with_;
}

/** How numbers differ from what they should be; with `some` keys may be missing, but none of their numbers. */
function difference(
  wanted: ReadonlyMap<string, number>,
  actual: ReadonlyMap<string, number>,
  some: boolean,
): string | undefined {
  for (const [series, value] of actual) {
    if (isUnchecked(series)) continue;
    const want = wanted.get(series);
    if (want === undefined || !agree(series, want, value)) return `${series} is ${value} instead of ${want}`;
  }
  if (some) return undefined;
  for (const [series, value] of wanted) if (!actual.has(series)) return `${series} is missing (${value})`;
  return undefined;
}

/** Which of several equal ways through a funnel is timed, and the tests of comparisons, have laws of their own. */
function isUnchecked(series: string): boolean {
  return /:funnel:(conversion|step_)|:compare:(?!count|mean)/.test(series);
}

function agree(series: string, want: number, got: number): boolean {
  if (want === got) return true;
  const bound = series.includes(':quantiles{')
    ? QUANTILE_ERROR
    : /:stddev|:mean|:avg/.test(series)
      ? ROUNDING
      : 0;
  return Math.abs(want - got) <= bound * Math.max(Math.abs(want), bound === ROUNDING ? 1 : 0);
}

/** Within one life the revisions of a window count up, and nothing follows its last word. */
function revisionProblems(specs: readonly ViewSpec[], emissions: readonly Emission[]): string[] {
  const problems: string[] = [];
  const last = new Map<object, Map<string, Emission>>();
  for (const emission of emissions) {
    const { life, view, startMs, revision, isFinal, kind, completeness, endMs } = emission;
    if (isFinal !== (kind === 'final')) problems.push(`${view} ${endMs}: ${kind}, and isFinal ${isFinal}`);
    if (kind !== 'early' && completeness !== 1)
      problems.push(`${view} ${endMs}: ${kind} at completeness ${completeness}`);
    if (life === undefined || !specs.some(({ name }) => name === view)) continue;
    const windows = last.get(life) ?? new Map<string, Emission>();
    last.set(life, windows);
    const before = windows.get(`${view} ${startMs}`);
    if (before?.isFinal === true) problems.push(`${view} ${endMs}: something follows its final result`);
    if (before !== undefined && revision !== before.revision + 1)
      problems.push(`${view} ${endMs}: revision ${revision} follows ${before.revision}`);
    windows.set(`${view} ${startMs}`, emission);
  }
  return problems.slice(0, 5);
}

/** The final quotient of each window, of the keys that both have. */
function ratioProblems(
  part: ViewSpec,
  whole: ViewSpec,
  log: readonly LoggedRequest[],
  emissions: readonly Emission[],
): string[] {
  const [parts, wholes] = [part, whole].map((spec) => arrivalsOf(spec, log).arrivals);
  const expected = (endMs: number): Map<string, number> => {
    const below = numbersOf(whole, wholes, endMs, endMs + whole.latenessMs);
    const quotients = new Map<string, number>();
    for (const [series, value] of numbersOf(part, parts, endMs, endMs + part.latenessMs)) {
      const divisor = below.get(series.replace(/^part/, 'whole'));
      if (divisor !== undefined) quotients.set(series.replace(/^part/, 'ratio'), value / divisor);
    }
    return quotients;
  };
  const finals = emissions.filter(({ view, kind }) => view === 'ratio' && kind === 'final');
  const problems = finals.flatMap(({ endMs, numbers }) => {
    const problem = difference(expected(endMs), numbers ?? new Map(), false);
    return problem === undefined ? [] : [`ratio of the window until ${endMs}: ${problem}`];
  });
  const seen = new Set(finals.map(({ endMs }) => endMs));
  for (const endMs of windowEnds(part, parts))
    if (!seen.has(endMs) && expected(endMs).size > 0)
      problems.push(`no final ratio of the window until ${endMs}`);
  return problems.slice(0, 3);
}
