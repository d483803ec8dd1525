import { parse as parseYaml } from 'yaml';
import { isFault, yieldToEventLoop } from '../../../otel-processor/src/base/index.ts';
import { configSchema } from '../../../otel-processor/src/config/index.ts';
import { type Batch, createMatcher } from '../../../otel-processor/src/model/index.ts';
import { type Point, parseMetric, parseSeriesLine } from '../../../otel-processor/src/query/index.ts';
import { eventually } from '../../support/wait.ts';
import {
  compareAnnotations,
  compareLines,
  matchesText,
  normalizeLine,
  splitExpectations,
} from './expectations.ts';
import type { Step } from './parse.ts';
import { printResult } from './print.ts';
import { parseTime, parseTimedValues } from './timed-value.ts';
import type { ScriptSample, World } from './world.ts';

/** What a step did. `body` is what the script should say under it, for `UPDATE=1`. */
export interface Outcome {
  readonly failure?: string;
  readonly body?: readonly string[];
}

type Command = (world: World, args: string, step: Step) => Promise<Outcome>;

const ok: Outcome = {};

const waitMaxMs = 1500;

/** The language of the scripts: a word and what it does. */
export const commands: Readonly<Record<string, Command>> = {
  /** `config` with YAML under it: forgets everything and starts with this configuration. */
  async config(world, _args, step) {
    await world.clear(configSchema.parse(parseYaml(unindented(step))));
    return ok;
  },

  /** `clear`: forgets all data. The clock stays. */
  async clear(world) {
    await world.clear();
    return ok;
  },

  /** `load STEP`: samples one step apart from time 0 on, sent step by step; the clock follows. */
  async load(world, args, step) {
    const stepMs = parseTime(args);
    const series = seriesLines(step).map(parseSeriesLine);
    const length = Math.max(0, ...series.map(({ points }) => points.length));
    const batches: Batch[] = [];
    for (let index = 0; index < length; index++) {
      const timestampMs = index * stepMs;
      if (timestampMs > world.clock.nowMs()) await moveTo(world, timestampMs);
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
    const samples = seriesLines(step).flatMap((line) => {
      const { labels, rest } = parseMetric(line);
      return parseTimedValues(rest).map(({ point, startMs, timestampMs }): ScriptSample => {
        const start = isDelta ? { startMs: startMs ?? 0 } : {};
        return { labels, timestampMs, value: sampleValue(point), ...start };
      });
    });
    return checkRejected(step, [await world.append(samples)]);
  },

  /** `advance DURATION`: the clock moves, minute by minute, and what waits for a time happens. */
  async advance(world, args) {
    await moveTo(world, world.clock.nowMs() + parseTime(args));
    return ok;
  },

  /** `restart`: the store is closed and opened again from its files. */
  async restart(world) {
    await world.restart();
    return ok;
  },

  /** `seal`: what may be sealed goes from memory into immutable files now. */
  async seal(world) {
    const fault = await world.store.seal();
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
    const deleted = await world.store.deleteSeries(matchers, parseTime(match[2]), parseTime(match[3]));
    return isFault(deleted) ? { failure: deleted.message } : ok;
  },

  /**
   * `expect series N`, `expect blocks N`: that many series are in memory, or sealed files on disk. What a timer
   * began may still be under way, and one that came meanwhile may have been let pass: so what is due is done, until
   * the number is right; how long that takes is not what is checked.
   */
  async expect(world, args) {
    const [, what, wanted] = /^(series|blocks) (\d+)$/.exec(args) ?? [];
    if (what === undefined) return { failure: `cannot expect ${args}` };
    const count = (): number => (what === 'series' ? world.seriesCount : world.store.status().blockCount);
    try {
      const isRight = async (): Promise<true | undefined> => {
        if (count() === Number(wanted)) return true;
        await world.store.maintain();
        return undefined;
      };
      await eventually(isRight, { timeoutMs: waitMaxMs, everyMs: 5 });
      return ok;
    } catch {
      return { failure: `there are ${count()} ${what}` };
    }
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
      ? await world.engine.instant(expression, { timeMs: fromMs })
      : await world.engine.range(expression, { fromMs, toMs, stepMs });
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

/** `expect rejected N REASON` lines must name exactly what was refused. */
function checkRejected(step: Step, batches: readonly Batch[]): Outcome {
  const actual = new Map<string, number>();
  const examples: string[] = [];
  for (const { rejections } of batches) {
    for (const [reason, count] of rejections.counts) actual.set(reason, (actual.get(reason) ?? 0) + count);
    examples.push(...rejections.examples.values());
  }
  const given = [...actual].map(([reason, count]) => `expect rejected ${count} ${reason}`);
  const wanted = step.body.filter((line) => line.startsWith('expect '));
  if (wanted.length === given.length && wanted.every((line) => given.includes(line))) return ok;
  return {
    failure: `refused: ${given.map((line) => line.slice('expect rejected '.length)).join(', ') || 'nothing'} ${examples.join('; ')}`,
    body: [...seriesLines(step), ...given],
  };
}

function seriesLines(step: Step): readonly string[] {
  return step.body.filter((line) => !line.startsWith('expect '));
}

function sampleValue(point: Exclude<Point, { kind: 'gap' }>): ScriptSample['value'] {
  if (point.kind === 'stale') return undefined;
  return point.kind === 'float' ? point.value : point.histogram;
}

/** YAML needs its indentation: the body as it stands in the script. */
function unindented(step: Step): string {
  return step.rawBody.join('\n');
}

const strideMs = 60_000;

/** Timers start work that goes on by itself (sealing, for example): it gets its turns between the strides. */
async function moveTo(world: World, timeMs: number): Promise<void> {
  while (world.clock.nowMs() < timeMs) {
    world.clock.advance(Math.min(strideMs, timeMs - world.clock.nowMs()));
    await yieldToEventLoop();
  }
}
