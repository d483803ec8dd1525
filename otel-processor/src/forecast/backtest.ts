import type { Expert, ExpertRun, Track } from './experts/index.ts';
import { blockOf, horizonBlocks } from './horizon-blocks.ts';

/** What is forecast, in one or two scales, and what it is compared with. */
export interface Course {
  readonly track: Track;
  /** The logarithms, when every value is above 0. */
  readonly logTrack?: Track;
  /** 1 where the track's value was given. */
  readonly present: Uint8Array;
  /** Totals of which the track holds the increments: forecasts are totals then. */
  readonly totals?: Float64Array;
}

/** Who is asked. */
export interface ExpertChoice {
  /** They run on the values. */
  readonly plain: readonly Expert[];
  /** They run on the values, and on the logarithms where there are any. */
  readonly scalable: readonly Expert[];
}

/** What every expert said at earlier origins, how wrong it was, and what it says now. */
export interface Backtest {
  readonly names: readonly string[];
  readonly horizon: number;
  readonly blocks: readonly number[];
  /** Newest first; each with the values before it known. */
  readonly origins: Int32Array;
  /** Steps that earlier origins look ahead: the horizon, or as much as the newest values can judge. */
  readonly reach: number;
  /** [origin][expert][step], row by row; `reach` steps each. */
  readonly forecasts: Float64Array;
  /** [expert][step]: from the end of the track. */
  readonly ahead: Float64Array;
  /** [origin][expert][block]: sums of absolute errors over the values that were given. */
  readonly errors: Float64Array;
}

/** Origins reach back over at most this share of the history. */
const HISTORY_SHARE = 0.5;
const ORIGINS_MIN = 16;
/** Steps that are forecast in all, where the horizon is short enough for more origins. */
const STEPS_AIMED_AT = 600;

/** Origins, newest first, with a stride that meets all phases of a season. Empty when history is too short. */
export function backtestOrigins({ values, season, horizon }: Track): Int32Array {
  const room = Math.floor(values.length * HISTORY_SHARE);
  const wished = Math.max(ORIGINS_MIN, Math.floor(STEPS_AIMED_AT / horizon));
  const wide = Math.max(Math.ceil(horizon / 4), Math.ceil(season / 12));
  const stride = Math.max(1, Math.min(wide, Math.floor(room / ORIGINS_MIN)));
  const count = Math.max(0, Math.min(wished, Math.floor(room / stride)));
  const origins: number[] = [];
  for (let i = 1; i <= count; i++) {
    const origin = values.length - i * stride;
    if (origin >= 3) origins.push(origin);
  }
  return Int32Array.from(origins);
}

/**
 * Runs all experts. Each learns from what was before the oldest origin and forecasts at all of them; then it learns the
 * rest and forecasts what is ahead: no error is measured on values that were learnt from.
 */
export function runBacktest(course: Course, experts: ExpertChoice): Backtest {
  const { track } = course;
  const { horizon } = track;
  const origins = backtestOrigins(track);
  const firstEnd = origins.length > 0 ? origins[origins.length - 1] : track.values.length;
  const runs = beginAll(course, experts, firstEnd);
  const blocks = horizonBlocks(horizon);
  const reach = Math.min(horizon, track.values.length - firstEnd);
  const forecasts = new Float64Array(origins.length * runs.length * reach);
  const ahead = new Float64Array(runs.length * horizon);
  runs.forEach(({ run, isLog }, index) => {
    run.learn(firstEnd);
    for (let i = 0; i < origins.length; i++) {
      const start = (i * runs.length + index) * reach;
      const into = forecasts.subarray(start, start + reach);
      run.predict(origins[i], into);
      toValues(course, isLog, origins[i], into);
    }
    run.learn(track.values.length);
    const into = ahead.subarray(index * horizon, (index + 1) * horizon);
    run.predict(track.values.length, into);
    toValues(course, isLog, track.values.length, into);
  });
  const names = runs.map(({ name }) => name);
  const backtest = { names, horizon, reach, blocks, origins, forecasts, ahead };
  return { ...backtest, errors: errorsOf(course, backtest) };
}

interface NamedRun {
  readonly name: string;
  readonly run: ExpertRun;
  readonly isLog: boolean;
}

function beginAll(course: Course, experts: ExpertChoice, firstEnd: number): NamedRun[] {
  const runs: NamedRun[] = [];
  const begin = (expert: Expert, track: Track, isLog: boolean): void => {
    const run = expert.begin(track, firstEnd);
    if (run !== undefined) runs.push({ name: isLog ? `${expert.name}, log` : expert.name, run, isLog });
  };
  for (const expert of experts.plain) begin(expert, course.track, false);
  for (const expert of experts.scalable) {
    begin(expert, course.track, false);
    if (course.logTrack !== undefined) begin(expert, course.logTrack, true);
  }
  return runs;
}

/** Above this a logarithm has no value that could be meant. */
const LOG_MAX = 700;

function toValues({ totals }: Course, isLog: boolean, origin: number, into: Float64Array): void {
  if (isLog) for (let h = 0; h < into.length; h++) into[h] = Math.exp(Math.min(LOG_MAX, into[h]));
  if (totals === undefined) return;
  let total = totals[origin - 1];
  for (let h = 0; h < into.length; h++) {
    total += Math.max(0, into[h]);
    into[h] = total;
  }
}

function errorsOf(course: Course, backtest: Omit<Backtest, 'errors'>): Float64Array {
  const { names, reach, blocks, origins, forecasts } = backtest;
  const actual = course.totals ?? course.track.values;
  const blockCount = blocks.length - 1;
  const blockOfStep = Uint8Array.from({ length: reach }, (_, h) => blockOf(blocks, h));
  const errors = new Float64Array(origins.length * names.length * blockCount);
  for (let i = 0; i < origins.length; i++) {
    const steps = Math.min(reach, actual.length - origins[i]);
    for (let expert = 0; expert < names.length; expert++) {
      const row = i * names.length + expert;
      for (let h = 0; h < steps; h++) {
        const target = origins[i] + h;
        if (course.present[target] === 0) continue;
        const error = Math.abs(forecasts[row * reach + h] - actual[target]);
        errors[row * blockCount + blockOfStep[h]] += error;
      }
    }
  }
  return errors;
}
