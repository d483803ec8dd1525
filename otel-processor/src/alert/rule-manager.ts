import { isDeepStrictEqual } from 'node:util';
import {
  type Clock,
  type Counter,
  type Fault,
  isFault,
  mix32,
  permanent,
  type Timer,
} from '../base/index.ts';
import { type LabelRecord, LabelSet } from '../model/index.ts';
import type { QueryEngine } from '../query/types.ts';
import type { RulesConfig } from './config.ts';
import type { LiveAlert } from './desk/context.ts';
import { GroupRunner, type GroupStatus, type RulePorts } from './group-runner.ts';
import type { RuleContext } from './rule-evaluation.ts';
import { type AlertingRule, parseRuleFile, type RuleChecks, type RuleGroup } from './rule-file.ts';
import type { RuleChart } from './rule-kinds/kinds.ts';
import { parseTemplate } from './template/index.ts';

/** A rule file as read from disk. */
export interface RuleFileText {
  readonly file: string;
  readonly text: string;
}

export interface RuleManagerPorts extends Omit<RulePorts, 'context'> {
  readonly engine: QueryEngine;
  readonly split?: RuleContext['split'];
  readonly forecast?: RuleContext['forecast'];
}

/** The groups of all files, or everything that is wrong with them. */
export function parseRuleFiles(
  config: RulesConfig,
  files: readonly RuleFileText[],
  checkExpression: (expression: string) => Fault | undefined,
): readonly RuleGroup[] | Fault {
  const defaults = { intervalMs: config.evaluation_interval, queryOffsetMs: config.query_offset };
  const checks: RuleChecks = {
    expression: checkExpression,
    template(text) {
      const nodes = parseTemplate(text);
      return 'code' in nodes ? nodes : undefined;
    },
  };
  const groups: RuleGroup[] = [];
  const messages: string[] = [];
  for (const { file, text } of files) {
    const parsed = parseRuleFile(file, text, defaults, checks);
    if (isFault(parsed)) messages.push(parsed.message);
    else groups.push(...parsed);
  }
  return messages.length > 0 ? permanent('invalid', messages.join('\n')) : groups;
}

/** Evaluates rule groups on schedule, each on its own beat. */
export class RuleManager {
  readonly #ports: RulePorts;
  readonly #split: RuleContext['split'];
  readonly #missed: Counter;
  #beats: readonly Beat[] = [];
  #bySource: ReadonlyMap<string, GroupRunner> = new Map();
  #stopped = false;

  constructor(config: RulesConfig, groups: readonly RuleGroup[], ports: RuleManagerPorts) {
    const context = {
      engine: ports.engine,
      externalLabels: new Map(Object.entries(config.external_labels)),
      externalUrl: config.external_url,
      listeningSinceMs: ports.clock.nowMs(),
      ...(ports.split === undefined ? {} : { split: ports.split }),
      ...(ports.forecast === undefined ? {} : { forecast: ports.forecast }),
    };
    this.#split = ports.split;
    this.#ports = { ...ports, context };
    this.#missed = ports.telemetry.counter(
      'statbar_rule_group_missed_total',
      'Evaluations of a rule group left out because the one before took too long.',
    );
    this.#take(groups.map((group) => this.#beatOf(group)));
  }

  /** Alerts that fired when the process ended go on firing until an evaluation says otherwise. */
  start(): void {
    for (const { runner } of this.#beats) runner.restoreFiring();
    for (const beat of this.#beats) beat.start();
  }

  /**
   * Evaluates these groups from now on. Groups that are as they were go on undisturbed; in those that changed, rules that kept their
   * names keep the states of their alerts; alerts and series of rules that are gone end.
   */
  async replace(groups: readonly RuleGroup[]): Promise<void> {
    const former = new Map(this.#beats.map((beat) => [keyOf(beat.runner.group), beat]));
    const beats: Beat[] = [];
    const fresh: Beat[] = [];
    for (const group of groups) {
      const before = former.get(keyOf(group));
      if (before !== undefined && isDeepStrictEqual(before.runner.group, group)) {
        former.delete(keyOf(group));
        beats.push(before);
        continue;
      }
      const beat = this.#beatOf(group);
      await before?.stop();
      if (before !== undefined) await beat.runner.takeOver(before.runner);
      beats.push(beat);
      fresh.push(beat);
    }
    this.#take(beats);
    for (const beat of former.values()) {
      await beat.stop();
      await beat.runner.retire(this.#ports.clock.nowMs());
    }
    if (!this.#stopped) for (const beat of fresh) beat.start();
  }

  /** Whether there is a rule that tells alerts under this name. */
  isSource(source: string): boolean {
    return this.#bySource.has(source);
  }

  /** What an alert is at this moment: value and texts. */
  live(source: string, labels: LabelRecord): LiveAlert | undefined {
    return this.#bySource.get(source)?.find(source, LabelSet.from(labels))?.instance;
  }

  /** What to draw for the alerts of a source. */
  chart(source: string): RuleChart | undefined {
    const found = this.#bySource.get(source)?.find(source, undefined);
    return found === undefined ? undefined : chartOf(found.rule, this.#split);
  }

  /** No evaluation begins any more; settles when those under way have ended. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#beats.map((beat) => beat.stop()));
  }

  status(): readonly GroupStatus[] {
    return this.#beats.map(({ runner }) => runner.status());
  }

  #beatOf(group: RuleGroup): Beat {
    return new Beat(new GroupRunner(group, this.#ports), this.#ports.clock, this.#missed);
  }

  #take(beats: readonly Beat[]): void {
    this.#beats = beats;
    this.#bySource = new Map(
      beats.flatMap(({ runner }) => runner.sources().map((source) => [source, runner] as const)),
    );
  }
}

function keyOf({ file, name }: RuleGroup): string {
  return `${file};${name}`;
}

/** The value that the rule compares, and with what. */
function chartOf(rule: AlertingRule, split: RuleContext['split']): RuleChart {
  if (rule.chart !== undefined) return rule.chart;
  const condition = split?.(rule.expression);
  const none = { expected: null, lower: null, upper: null, unit: null };
  if (condition === undefined) {
    return { expression: rule.expression, threshold: null, direction: null, ...none };
  }
  const { expression, operator, threshold } = condition;
  const direction = operator.startsWith('>') ? 'above' : operator.startsWith('<') ? 'below' : null;
  return { expression, threshold, direction, ...none };
}

/**
 * Runs a group at the same offset within each interval, whatever the time of the start, so that evaluation times
 * are the same after a restart; groups are spread by the hash of their names.
 */
class Beat {
  readonly runner: GroupRunner;
  readonly #clock: Clock;
  readonly #missed: Counter;
  readonly #offsetMs: number;
  #timer: Timer | undefined;
  #running: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(runner: GroupRunner, clock: Clock, missed: Counter) {
    this.runner = runner;
    this.#clock = clock;
    this.#missed = missed;
    const { name, file, intervalMs } = runner.group;
    let hash = 0;
    for (const char of `${file};${name}`) hash = mix32(Math.imul(hash, 31) + (char.codePointAt(0) ?? 0));
    this.#offsetMs = (hash >>> 0) % intervalMs;
  }

  start(): void {
    this.#plan(this.#slotAfter(this.#clock.nowMs()));
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#timer?.cancel();
    await this.#running;
  }

  async #run(slotMs: number): Promise<void> {
    await this.runner.evaluate(slotMs);
    const nextMs = this.#slotAfter(Math.max(slotMs, this.#clock.nowMs()));
    this.#missed.add(Math.max(0, Math.round((nextMs - slotMs) / this.runner.group.intervalMs) - 1));
    this.#plan(nextMs);
  }

  #slotAfter(nowMs: number): number {
    const { intervalMs } = this.runner.group;
    return Math.floor((nowMs - this.#offsetMs) / intervalMs) * intervalMs + intervalMs + this.#offsetMs;
  }

  #plan(slotMs: number): void {
    if (this.#stopped) return;
    this.#timer = this.#clock.after(Math.max(0, slotMs - this.#clock.nowMs()), () => {
      this.#running = this.#run(slotMs);
    });
  }
}
