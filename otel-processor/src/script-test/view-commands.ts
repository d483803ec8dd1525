import { parse as parseYaml } from 'yaml';
import { type ViewConfig, viewConfigSchema } from '../windows/index.ts';
import { parseEventLine } from './event-line.ts';
import { compareLines } from './expectations.ts';
import { type Command, type Outcome, ok, unindented } from './outcome.ts';
import type { Step } from './parse.ts';
import { checkRejected, dataLines } from './rejected.ts';
import { parseTime } from './timed-value.ts';
import { parseViewLine } from './view-line.ts';
import type { World } from './world.ts';

/** How far the clock may have to move for a watermark: further, something else is wrong. */
const WATERMARK_WAIT_MS = 7 * 86_400_000;
const WATERMARK_STEP_MS = 1000;

/** What is about events and views. */
export const viewCommands: Readonly<Record<string, Command>> = {
  /** `view NAME ...` in one line, or `view` with the YAML of one view under it. Other views and all data stay. */
  async view(world, args, step) {
    const [, name, text] = /^(\S+)\s+(.+)$/.exec(args) ?? [];
    if (name === undefined && (args !== '' || step.body.length === 0))
      return { failure: 'expected: view NAME WINDOW STATISTIC... from EVENT, or view with YAML under it' };
    const raw = name === undefined ? parseYaml(unindented(step)) : parseViewLine(name, text);
    const parsed = viewConfigSchema.safeParse(raw);
    if (!parsed.success)
      return {
        failure: parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('\n'),
      };
    const view: ViewConfig = parsed.data;
    const { views } = world.config;
    if (views.some((other) => other.name === view.name))
      return { failure: `there is already a view ${view.name}` };
    const missing = (view.ratio ?? []).find((part) => !views.some((other) => other.name === part));
    if (missing !== undefined) return { failure: `there is no view ${missing} to divide` };
    await world.restart({ ...world.config, views: [...views, view] });
    return ok;
  },

  /** `events [at T]` with events under it: one request. The clock moves to T, or to the latest of them, if it is later. */
  async events(world, args, step) {
    const at = /^(?:at (\S+))?$/.exec(args);
    if (at === null) return { failure: 'expected: events, or events at T' };
    const events = dataLines(step).flatMap(parseEventLine);
    const newestMs = events.reduce((newest, { timestamp }) => Math.max(newest, timestamp), 0);
    await world.moveTo(at[1] === undefined ? newestMs : parseTime(at[1]));
    return checkRejected(step, [await world.sendEvents(events)]);
  },
};

/** `advance watermark T`: the clock moves until the watermark of every view that has seen a source is there. */
export async function advanceWatermark(world: World, time: string): Promise<Outcome> {
  const targetMs = parseTime(time);
  const behind = () =>
    world.tenant.events.engine
      .status()
      .filter(({ watermarkMs }) => watermarkMs < targetMs && watermarkMs !== Number.NEGATIVE_INFINITY);
  if (
    world.tenant.events.engine.status().every(({ watermarkMs }) => watermarkMs === Number.NEGATIVE_INFINITY)
  )
    return { failure: 'no view has seen an event yet: there is no watermark to move' };
  const endMs = Math.max(world.clock.nowMs(), targetMs) + WATERMARK_WAIT_MS;
  while (behind().length > 0) {
    if (world.clock.nowMs() >= endMs)
      return { failure: `the watermark of ${behind()[0].name} stays at ${behind()[0].watermarkMs / 1000}s` };
    await world.moveTo(world.clock.nowMs() + WATERMARK_STEP_MS);
  }
  return ok;
}

/**
 * `expect view NAME at T [KIND] [revision N] [completeness X]` with the results of the window that ends at T under it:
 * what has been emitted by now. Without lines under it, nothing may have been.
 */
export async function expectView(world: World, args: string, step: Step): Promise<Outcome> {
  const match =
    /^view (\S+) at (\S+)(?: (early|on_time|late|final))?(?: revision (\d+))?(?: completeness (\S+))?$/.exec(
      args,
    );
  if (match === null)
    return {
      failure: 'expected: expect view NAME at T [early|on_time|late|final] [revision N] [completeness X]',
    };
  const [, name, time, kind, revision, completeness] = match;
  if (!world.tenant.events.engine.has(name)) return { failure: `there is no view ${name}` };
  const window = world.results.window(name, parseTime(time));
  const actual =
    window === undefined ? [] : [...window.numbers].map(([series, value]) => `${series} ${value}`).sort();
  const line = [
    `expect view ${name} at ${time}`,
    ...(kind === undefined || window === undefined ? [] : [window.kind]),
    ...(revision === undefined || window === undefined ? [] : [`revision ${window.revision}`]),
    ...(completeness === undefined || window === undefined ? [] : [`completeness ${window.completeness}`]),
  ].join(' ');
  const problems: string[] = [];
  if (window === undefined && step.body.length > 0) {
    const ends = world.results.endsOf(name).map((endMs) => `${endMs / 1000}s`);
    problems.push(`no result; there are results for windows that end at: ${ends.join(', ') || '(none)'}`);
  }
  if (line !== `expect ${args}`) problems.push(`it is: ${line}`);
  const difference = compareLines(step.body, actual, false);
  if (difference !== undefined) problems.push(difference);
  return problems.length === 0 ? ok : { failure: problems.join('\n'), body: actual, line };
}

/** `expect late N [in VIEW]`, `expect overflow N [in VIEW]`: events too late for a view, and over its limits. */
export async function expectCount(world: World, args: string): Promise<Outcome> {
  const [, what, wanted, view] = /^(late|overflow) (\d+)(?: in (\S+))?$/.exec(args) ?? [];
  if (what === undefined) return { failure: `cannot expect ${args}` };
  const status = world.tenant.events.engine
    .status()
    .filter(({ name }) => view === undefined || name === view);
  if (view !== undefined && status.length === 0) return { failure: `there is no view ${view}` };
  const count = status.reduce(
    (sum, each) => sum + (what === 'late' ? each.tooLateCount : each.overflowCount),
    0,
  );
  if (count === Number(wanted)) return ok;
  return {
    failure: `${what}: ${count}`,
    line: `expect ${what} ${count}${view === undefined ? '' : ` in ${view}`}`,
  };
}
