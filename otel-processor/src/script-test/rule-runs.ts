import { type AlertState, GroupRunner, type RuleGroup, type RulePorts } from '../alert/index.ts';
import type { LabelSet } from '../model/index.ts';

/** One alert instance at one evaluation, its labels without the rule's name. */
export interface SeenAlert {
  readonly labels: LabelSet;
  readonly state: AlertState;
}

interface Run {
  readonly runner: GroupRunner;
  /** Alerts by rule after each evaluation, in order of time. */
  readonly history: Array<{ readonly timeMs: number; readonly alerts: ReadonlyMap<string, SeenAlert[]> }>;
}

/** Evaluations of all groups of a script. */
const EVALUATIONS_MAX = 1_000_000;
const NAME_LABEL: ReadonlySet<string> = new Set(['alertname']);

/** The rule groups of a script: evaluated at the multiples of their interval, with what came of it by time. */
export class RuleRuns {
  #runs: Run[];
  #ports: RulePorts | undefined;
  #evaluations = 0;

  constructor(runs: Run[]) {
    this.#runs = runs;
  }

  /** The same groups on a tenant that was opened again: what they know of their alerts they must read back. */
  reopened(ports: RulePorts): RuleRuns {
    const again = new RuleRuns(
      this.#runs.map(({ runner, history }) => ({ runner: new GroupRunner(runner.group, ports), history })),
    );
    again.#ports = ports;
    again.#evaluations = this.#evaluations;
    return again;
  }

  /** Adds groups, evaluated for all times up to `nowMs` at once. */
  async add(groups: readonly RuleGroup[], nowMs: number): Promise<void> {
    const ports = this.#ports;
    if (ports === undefined) throw new Error('the world is not open');
    for (const group of groups) {
      const run: Run = { runner: new GroupRunner(group, ports), history: [] };
      for (let timeMs = 0; timeMs <= nowMs; timeMs += group.intervalMs) await this.#evaluate(run, timeMs);
      this.#runs.push(run);
    }
  }

  /** When the next group is due after `nowMs`. */
  nextMs(nowMs: number): number {
    let nextMs = Number.POSITIVE_INFINITY;
    for (const { runner } of this.#runs) {
      const { intervalMs } = runner.group;
      nextMs = Math.min(nextMs, (Math.floor(nowMs / intervalMs) + 1) * intervalMs);
    }
    return nextMs;
  }

  async evaluateAt(timeMs: number): Promise<void> {
    for (const run of this.#runs)
      if (timeMs % run.runner.group.intervalMs === 0) await this.#evaluate(run, timeMs);
  }

  /** Instances of an alert that were pending or firing after the last evaluation up to `timeMs`; undefined: no such rule. */
  alertsAt(name: string, timeMs: number): readonly SeenAlert[] | undefined {
    const owners = this.#runs.filter(({ runner }) =>
      runner.group.rules.some((rule) => rule.kind === 'alerting' && rule.alert === name),
    );
    if (owners.length === 0) return undefined;
    return owners.flatMap(
      ({ history }) => history.findLast((entry) => entry.timeMs <= timeMs)?.alerts.get(name) ?? [],
    );
  }

  async #evaluate({ runner, history }: Run, timeMs: number): Promise<void> {
    if (++this.#evaluations > EVALUATIONS_MAX)
      throw new Error(`more than ${EVALUATIONS_MAX} evaluations of rules: choose a longer interval`);
    await runner.evaluate(timeMs);
    const alerts = new Map<string, SeenAlert[]>();
    for (const { rule, lastError, alerts: instances } of runner.status().rules) {
      const name = rule.kind === 'recording' ? rule.record : rule.alert;
      if (lastError !== '') throw new Error(`rule ${name}, at ${timeMs / 1000}s: ${lastError}`);
      const seen = instances
        .filter(({ standing }) => standing.state !== 'inactive')
        .map(({ labels, standing }) => ({ labels: labels.without(NAME_LABEL), state: standing.state }));
      alerts.set(name, [...(alerts.get(name) ?? []), ...seen]);
    }
    history.push({ timeMs, alerts });
  }
}
