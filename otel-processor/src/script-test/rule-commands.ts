import { parseRuleFiles, type RuleFileText, readRuleFiles } from '../alert/index.ts';
import { isFault } from '../base/index.ts';
import { formatExpression, parseMetric } from '../query/index.ts';
import { compareLines } from './expectations.ts';
import { type Command, type Outcome, ok, unindented } from './outcome.ts';
import type { Step } from './parse.ts';
import { printLabels } from './print.ts';
import { parseTime } from './timed-value.ts';
import type { World } from './world.ts';

/** What is about rules. */
export const ruleCommands: Readonly<Record<string, Command>> = {
  /** `rules FILE...`, or `rules` with the YAML of a rule file under it. */
  async rules(world, args, step) {
    if (args === '') return addRules(world, [{ file: `line ${step.line}`, text: unindented(step) }]);
    const paths = args.split(/\s+/);
    const files = readRuleFiles(paths, world.pathOf('.'));
    return isFault(files) ? { failure: files.message } : addRules(world, files);
  },

  /** `rule NAME EXPR [for D] [keep_firing_for D] [every D]`: one alerting rule. */
  async rule(world, args, step) {
    const match =
      /^(\S+)\s+(.+?)(?:\s+for\s+(\S+))?(?:\s+keep_firing_for\s+(\S+))?(?:\s+every\s+(\S+))?$/.exec(args);
    if (match === null) return { failure: 'expected: rule NAME EXPR [for D] [keep_firing_for D] [every D]' };
    const [, alert, expr, forText, keep, interval] = match;
    const rule = { alert, expr, for: forText, keep_firing_for: keep };
    return addRules(world, [oneRule(step, rule, interval)]);
  },

  /** `record NAME EXPR [every D]`: one recording rule. */
  async record(world, args, step) {
    const [, record, expr, interval] = /^(\S+)\s+(.+?)(?:\s+every\s+(\S+))?$/.exec(args) ?? [];
    if (record === undefined) return { failure: 'expected: record NAME EXPR [every D]' };
    return addRules(world, [oneRule(step, { record, expr }, interval)]);
  },

  /**
   * `at T expect alert NAME{LABELS} STATE`, or `at T expect alerts NAME` with all its pending and firing instances
   * under it. The clock moves to T if it is not there yet.
   */
  async at(world, args, step) {
    const one = /^(\S+) expect alert (\S.*?) (inactive|pending|firing)$/.exec(args);
    const all = /^(\S+) expect alerts (\S+)$/.exec(args);
    if (one !== null) return expectAlert(world, one[1], one[2], one[3]);
    if (all !== null) return expectAlerts(world, all[1], all[2], step);
    return {
      failure: 'expected: at T expect alert NAME{...} inactive|pending|firing, or at T expect alerts NAME',
    };
  },
};

function oneRule(step: Step, rule: object, interval: string | undefined): RuleFileText {
  const group = { name: `line ${step.line}`, interval, rules: [rule] };
  // JSON is YAML.
  return { file: `line ${step.line}`, text: JSON.stringify({ groups: [group] }) };
}

export async function addRules(world: World, files: readonly RuleFileText[]): Promise<Outcome> {
  const groups = parseRuleFiles(world.config.rules, files, (expression) => {
    const formatted = formatExpression(expression);
    return isFault(formatted) ? formatted : undefined;
  });
  if (isFault(groups)) return { failure: groups.message };
  await world.addRules(groups);
  return ok;
}

async function alertsAt(world: World, time: string, name: string) {
  const timeMs = parseTime(time);
  await world.moveTo(timeMs);
  return world.rules.alertsAt(name, timeMs);
}

async function expectAlert(world: World, time: string, selector: string, wanted: string): Promise<Outcome> {
  const [, name, labelText] = /^([^{\s]+)\s*(\{.*\})?$/.exec(selector) ?? [];
  if (name === undefined) return { failure: `not an alert: ${selector}` };
  const alerts = await alertsAt(world, time, name);
  if (alerts === undefined) return { failure: `there is no rule ${name}` };
  const { labels } = parseMetric(labelText ?? '{}');
  const state = alerts.find((alert) => alert.labels.key === labels.key)?.state ?? 'inactive';
  if (state === wanted) return ok;
  const others = alerts.map((alert) => `${printLabels(alert.labels)} ${alert.state}`);
  return {
    failure: [`it is ${state}; pending and firing are:`, ...(others.length === 0 ? ['(none)'] : others)].join(
      '\n',
    ),
    line: `at ${time} expect alert ${selector} ${state}`,
  };
}

async function expectAlerts(world: World, time: string, name: string, step: Step): Promise<Outcome> {
  const alerts = await alertsAt(world, time, name);
  if (alerts === undefined) return { failure: `there is no rule ${name}` };
  const actual = alerts.map((alert) => `${printLabels(alert.labels)} ${alert.state}`).sort();
  const failure = compareLines(step.body.map(normalizedAlert), actual, false, false);
  return failure === undefined ? ok : { failure, body: actual };
}

function normalizedAlert(line: string): string {
  const { labels, rest } = parseMetric(line);
  return `${printLabels(labels)} ${rest.trim()}`;
}
