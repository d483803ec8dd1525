import { readRuleFiles } from '../alert/index.ts';
import { isFault, yieldToEventLoop } from '../base/index.ts';
import { type Batch, createMatcher } from '../model/index.ts';
import { type Point, parseMetric, parseSeriesLine } from '../query/index.ts';
import {
  compareAnnotations,
  compareLines,
  matchesText,
  normalizeLine,
  splitExpectations,
} from './expectations.ts';
import { type Command, type Outcome, ok, unindented } from './outcome.ts';
import type { Step } from './parse.ts';
import { printResult } from './print.ts';
import { checkRejected, dataLines } from './rejected.ts';
import { addRules, ruleCommands } from './rule-commands.ts';
import { parseTime, parseTimedValues } from './timed-value.ts';
import { advanceWatermark, expectCount, expectView, viewCommands } from './view-commands.ts';
import type { ScriptSample, World } from './world.ts';

/** Turns given to work in the background before a number is wrong. */
const MAINTENANCE_TURNS = 200;

/** The language of the scripts: a word and what it does. */
export const commands: Readonly<Record<string, Command>> = {
  ...viewCommands,
  ...ruleCommands,

  /** `config FILE`, or `config` with YAML under it: forgets everything and starts with this configuration. */
  async config(world, args, step) {
    const { config, baseDir } = await world.readConfig(unindented(step), args === '' ? undefined : args);
    await world.clear(config, baseDir);
    const files = readRuleFiles(config.rules.files, baseDir);
    return isFault(files) ? { failure: files.message } : addRules(world, files);
  },

  /** `clear`: forgets all data. The clock stays. */
  async clear(world) {
    await world.clear();
    return ok;
  },

  /** `load STEP`: samples one step apart from time 0 on, sent step by step; the clock follows. */
  async load(world, args, step) {
    const stepMs = parseTime(args);
    const series = dataLines(step).map(parseSeriesLine);
    const length = Math.max(0, ...series.map(({ points }) => points.length));
    const batches: Batch[] = [];
    for (let index = 0; index < length; index++) {
      const timestampMs = index * stepMs;
      if (timestampMs > world.clock.nowMs()) await world.moveTo(timestampMs);
      const samples = series.flatMap(({ labels, points }): ScriptSample[] => {
        const point = points[index];
        if (point === undefined || point.kind === 'gap') return [];
        return [{ labels, timestampMs, value: sampleValue(point) }];
      });
      if (samples.length > 0) batches.push(await world.append(samples));
    }
    return checkRejected(step, batches);
  },

  /** `append` with `series value@time ...` under it: one request, in any order of time. The clock stays. */
  async append(world, args, step) {
    const isDelta = args === 'delta';
    if (!isDelta && args !== '') return { failure: `append ${args}: only "delta" may follow` };
    const samples = dataLines(step).flatMap((line) => {
      const { labels, rest } = parseMetric(line);
      return parseTimedValues(rest).map(({ point, startMs, timestampMs }): ScriptSample => {
        const start = isDelta ? { startMs: startMs ?? 0 } : {};
        return { labels, timestampMs, value: sampleValue(point), ...start };
      });
    });
    return checkRejected(step, [await world.append(samples)]);
  },

  /** `advance DURATION`: the clock moves, and what waits for a time happens. `advance watermark T`: until it is there. */
  async advance(world, args) {
    const [, watermark] = /^watermark (\S+)$/.exec(args) ?? [];
    if (watermark !== undefined) return advanceWatermark(world, watermark);
    await world.moveTo(world.clock.nowMs() + parseTime(args));
    return ok;
  },

  /** `restart`: everything is closed and opened again from its files. */
  async restart(world) {
    await world.restart();
    return ok;
  },

  /** `crash`: the process is killed, and what was on disk at that moment is opened. */
  async crash(world) {
    await world.crash();
    return ok;
  },

  /** `seal`: what may be sealed goes from memory into immutable files now. */
  async seal(world) {
    const fault = await world.tenant.store.seal();
    return isFault(fault) ? { failure: fault.message } : ok;
  },

  /** `delete SERIES from TIME to TIME`: deletes the samples of series with these labels, ends included. */
  async delete(world, args) {
    const match = /^(.+) from (\S+) to (\S+)$/.exec(args);
    if (match === null) return { failure: 'expected: delete SERIES from T to T' };
    const matchers = [...parseMetric(match[1]).labels].flatMap(([name, value]) => {
      const matcher = createMatcher('=', name, value);
      return isFault(matcher) ? [] : [matcher];
    });
    const deleted = await world.tenant.store.deleteSeries(matchers, parseTime(match[2]), parseTime(match[3]));
    return isFault(deleted) ? { failure: deleted.message } : ok;
  },

  /** `expect series N`, `expect blocks N`, `expect view ...`, `expect late N`, `expect overflow N`. */
  async expect(world, args, step) {
    const [, what, wanted] = /^(series|blocks) (\d+)$/.exec(args) ?? [];
    if (what !== undefined) return expectStored(world, what, Number(wanted));
    return args.startsWith('view ') ? expectView(world, args, step) : expectCount(world, args);
  },

  /** `eval instant at TIME EXPR` and `eval range from TIME to TIME step DURATION EXPR`. */
  async eval(world, args, step) {
    const instant = /^instant at (\S+) (.+)$/.exec(args);
    const range = /^range from (\S+) to (\S+) step (\S+) (.+)$/.exec(args);
    if (instant !== null) return evaluate(world, step, instant[2], parseTime(instant[1]));
    if (range === null)
      return { failure: 'expected: eval instant at T EXPR, or eval range from T to T step D EXPR' };
    const [fromMs, toMs, stepMs] = range.slice(1, 4).map(parseTime);
    return evaluate(world, step, range[4], fromMs, toMs, stepMs);
  },
};

async function evaluate(
  world: World,
  step: Step,
  expression: string,
  fromMs: number,
  toMs = fromMs,
  stepMs = 0,
): Promise<Outcome> {
  const { directives, lines } = splitExpectations(step.body);
  const result =
    stepMs === 0
      ? await world.tenant.doors.engine.instant(expression, { timeMs: fromMs })
      : await world.tenant.doors.engine.range(expression, { fromMs, toMs, stepMs });
  const fail = directives.find((directive) => /^fail\b/.test(directive));
  if (isFault(result)) {
    if (fail === undefined) return { failure: `failed: ${result.message}` };
    if (matchesText(fail.slice('fail'.length), result.message)) return ok;
    return { failure: `expected ${fail}, but it failed with: ${result.message}` };
  }
  const count = stepMs === 0 ? 1 : Math.floor((toMs - fromMs) / stepMs) + 1;
  const actual = printResult(result.value, { fromMs, stepMs: stepMs === 0 ? 1 : stepMs, count });
  const ordered = directives.includes('ordered');
  const shown = ordered || lines.length !== actual.length ? actual : inOrderOf(lines, actual);
  const body = [...directives.map((directive) => `expect ${directive}`), ...shown];
  if (fail !== undefined) return { failure: 'expected it to fail, but it gave a result', body };
  const failure = compareAnnotations(directives, result) ?? compareLines(lines, actual, ordered);
  return failure === undefined ? ok : { failure, body };
}

/** The result's lines in the order in which the script had those that it still has. */
function inOrderOf(lines: readonly string[], actual: readonly string[]): string[] {
  const rank = new Map(lines.map((line, index) => [labelsOf(normalizeLine(line)), index]));
  return [...actual].sort((a, b) => (rank.get(labelsOf(a)) ?? 0) - (rank.get(labelsOf(b)) ?? 0));
}

function labelsOf(line: string): string {
  return line.slice(0, line.lastIndexOf('}') + 1);
}

/**
 * That many series are in memory, or sealed files on disk. What a timer began may still be under way, and one that
 * came meanwhile may have been let pass: so what is due is done, until the number is right or nothing helps.
 */
async function expectStored(world: World, what: string, wanted: number): Promise<Outcome> {
  const { store, registry } = world.tenant;
  const count = (): number => (what === 'series' ? registry.size : store.status().blockCount);
  for (let turn = 0; turn < MAINTENANCE_TURNS && count() !== wanted; turn++) {
    await store.maintain();
    await yieldToEventLoop();
  }
  if (count() === wanted) return ok;
  return { failure: `there are ${count()} ${what}`, line: `expect ${what} ${count()}` };
}

function sampleValue(point: Exclude<Point, { kind: 'gap' }>): ScriptSample['value'] {
  if (point.kind === 'stale') return undefined;
  return point.kind === 'float' ? point.value : point.histogram;
}
