import {
  type Clock,
  type Counter,
  type Distribution,
  type Fault,
  isFault,
  type Logger,
  permanent,
  type Telemetry,
} from '../base/index.ts';
import { Batch, type Consumer, type LabelSet, METRIC_NAME, type SeriesResolver } from '../model/index.ts';
import { AlertReports, type AlertSink, sourceOf } from './alert-reports.ts';
import { OUTAGE_TOLERANCE_MS, restoredActiveAtMs } from './next-state.ts';
import {
  type AlertInstance,
  activeInstances,
  alertSamples,
  type DerivedSample,
  evaluateAlertingRule,
  evaluateRecordingRule,
  instancesAfterFailure,
  type RuleContext,
} from './rule-evaluation.ts';
import type { AlertingRule, Rule, RuleGroup } from './rule-file.ts';

export interface RulePorts {
  readonly context: RuleContext;
  /** Derived samples enter where all others do. */
  readonly consumer: Consumer;
  readonly resolver: SeriesResolver;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly telemetry: Telemetry;
  /** Where alerts go; without it they are only listed. */
  readonly alerts?: AlertSink;
}

export interface RuleStatus {
  readonly rule: Rule;
  readonly health: 'unknown' | 'ok' | 'err';
  readonly lastError: string;
  readonly lastEvaluationMs: number | undefined;
  readonly evaluationMs: number;
  /** Pending and firing instances; empty for recording rules. */
  readonly alerts: readonly AlertInstance[];
}

export interface GroupStatus {
  readonly group: RuleGroup;
  readonly lastEvaluationMs: number | undefined;
  readonly evaluationMs: number;
  readonly rules: readonly RuleStatus[];
}

interface RuleRun {
  readonly rule: Rule;
  instances: ReadonlyMap<string, AlertInstance>;
  /** Series that the last evaluation wrote; what is missing from the next gets a staleness marker. */
  written: ReadonlyMap<string, LabelSet>;
  health: 'unknown' | 'ok' | 'err';
  lastError: string;
  lastEvaluationMs: number | undefined;
  evaluationMs: number;
  readonly reports: AlertReports | undefined;
}

function nameOf(rule: Rule): string {
  return rule.kind === 'alerting' ? `alert ${rule.alert}` : `record ${rule.record}`;
}

/** Evaluates one group's rules in order, each seeing what the ones before it wrote. */
export class GroupRunner {
  readonly group: RuleGroup;
  readonly #ports: RulePorts;
  readonly #runs: readonly RuleRun[];
  readonly #evaluations: Counter;
  readonly #failures: Counter;
  readonly #seconds: Distribution;
  #restored = false;
  #lastEvaluationMs: number | undefined;
  #evaluationMs = 0;

  constructor(group: RuleGroup, ports: RulePorts) {
    this.group = group;
    this.#ports = ports;
    this.#runs = group.rules.map((rule, i) => ({
      rule,
      instances: new Map(),
      reports: this.#reportsOf(rule, i),
      written: new Map(),
      health: 'unknown',
      lastError: '',
      lastEvaluationMs: undefined,
      evaluationMs: 0,
    }));
    const { telemetry } = ports;
    this.#evaluations = telemetry.counter('statbar_rule_evaluations_total', 'Rules evaluated.');
    this.#failures = telemetry.counter(
      'statbar_rule_evaluation_failures_total',
      'Rules whose evaluation failed.',
    );
    this.#seconds = telemetry.distribution('statbar_rule_evaluation_seconds', 'Time to evaluate one rule.');
  }

  /** Evaluates every rule at `timeMs` less the group's query offset, and stores what they give. */
  async evaluate(timeMs: number): Promise<void> {
    const startMs = this.#ports.clock.monotonicMs();
    const atMs = timeMs - this.group.queryOffsetMs;
    for (const run of this.#runs) await this.#evaluateRule(run, atMs, timeMs);
    if (!this.#restored) {
      this.#restored = true;
      for (const run of this.#runs) {
        if (run.rule.kind === 'alerting' && run.rule.forMs > 0) await this.#restore(run, run.rule, atMs);
      }
    }
    this.#lastEvaluationMs = timeMs;
    this.#evaluationMs = this.#ports.clock.monotonicMs() - startMs;
  }

  /** Goes on from the alerts that fired when the process ended. */
  restoreFiring(): void {
    for (const run of this.#runs) if (run.reports !== undefined) run.instances = run.reports.restore();
  }

  /** Goes on from what a former version of the group knew of the rules that are in both; `former` keeps the others. */
  async takeOver(former: GroupRunner): Promise<void> {
    this.#restored = former.#restored;
    const open = new Set(former.#runs);
    for (const run of this.#runs) {
      const found = [...open].find((each) => nameOf(each.rule) === nameOf(run.rule));
      if (found === undefined) continue;
      open.delete(found);
      run.instances = found.instances;
      run.written = found.written;
      found.instances = new Map();
      found.written = new Map();
      if (found.reports !== undefined) await run.reports?.takeOver(found.reports, run.instances);
    }
  }

  /** Ends every series that the rules have written, and their alerts: the group is going away. */
  async retire(timeMs: number): Promise<void> {
    for (const run of this.#runs) {
      await this.#store(run, [], timeMs - this.group.queryOffsetMs);
      await run.reports?.report(new Map(), timeMs);
      run.instances = new Map();
    }
  }

  /** The rule behind a source of alerts, and the instance with these labels, if it has one now. */
  find(
    source: string,
    labels: LabelSet | undefined,
  ): { readonly rule: AlertingRule; readonly instance: AlertInstance | undefined } | undefined {
    const run = this.#runs.find(({ reports }) => reports?.source === source);
    if (run?.rule.kind !== 'alerting') return undefined;
    const instance = labels === undefined ? undefined : run.instances.get(labels.key);
    return { rule: run.rule, instance };
  }

  sources(): readonly string[] {
    return this.#runs.flatMap(({ reports }) => reports?.source ?? []);
  }

  status(): GroupStatus {
    return {
      group: this.group,
      lastEvaluationMs: this.#lastEvaluationMs,
      evaluationMs: this.#evaluationMs,
      rules: this.#runs.map(({ rule, health, lastError, lastEvaluationMs, evaluationMs, instances }) => ({
        rule,
        health,
        lastError,
        lastEvaluationMs,
        evaluationMs,
        alerts: activeInstances(instances),
      })),
    };
  }

  #reportsOf(rule: Rule, index: number): AlertReports | undefined {
    const { alerts, context } = this.#ports;
    if (alerts === undefined || rule.kind !== 'alerting') return undefined;
    const source = sourceOf(this.group.file, this.group.name, rule, index);
    return new AlertReports(source, rule, alerts, context.externalUrl);
  }

  async #evaluateRule(run: RuleRun, atMs: number, timeMs: number): Promise<void> {
    const startMs = this.#ports.clock.monotonicMs();
    const fault = await this.#evaluateAndStore(run, atMs);
    run.evaluationMs = this.#ports.clock.monotonicMs() - startMs;
    run.lastEvaluationMs = timeMs;
    run.health = fault === undefined ? 'ok' : 'err';
    run.lastError = fault?.message ?? '';
    this.#evaluations.add(1);
    this.#seconds.observe(run.evaluationMs / 1000);
    if (fault !== undefined) {
      this.#failures.add(1);
      const name = run.rule.kind === 'recording' ? run.rule.record : run.rule.alert;
      this.#ports.logger.warn('rule evaluation failed', {
        group: this.group.name,
        rule: name,
        reason: fault.message,
      });
    }
  }

  async #evaluateAndStore(run: RuleRun, atMs: number): Promise<Fault | undefined> {
    const { context } = this.#ports;
    const { rule } = run;
    if (rule.kind === 'recording') {
      const samples = await evaluateRecordingRule(rule, atMs, this.group.limit, context);
      return isFault(samples) ? samples : this.#store(run, samples, atMs);
    }
    const instances = await evaluateAlertingRule(rule, atMs, context, run.instances);
    if (isFault(instances)) {
      run.instances = instancesAfterFailure(rule, atMs, run.instances);
      await run.reports?.report(run.instances, atMs);
      return instances;
    }
    const { limit } = this.group;
    const active = activeInstances(instances).length;
    if (limit > 0 && active > limit) {
      // As in Prometheus: all of them begin anew.
      run.instances = new Map();
      return permanent('limit', `exceeded limit of ${limit} with ${active} alerts`);
    }
    run.instances = instances;
    // First who must know, then the series that say the same.
    await run.reports?.report(instances, atMs);
    return this.#store(run, alertSamples(instances), atMs);
  }

  async #store(run: RuleRun, samples: readonly DerivedSample[], atMs: number): Promise<Fault | undefined> {
    const { consumer, resolver } = this.#ports;
    const batch = new Batch(samples.length + run.written.size);
    const written = new Map<string, LabelSet>();
    for (const { labels, value, histogram } of samples) {
      const point = batch.pointCount++;
      const seriesId = resolver.resolve(labels);
      if (typeof seriesId !== 'number') {
        batch.rejections.reject(point, seriesId, () => resolver.describe(seriesId, labels));
        continue;
      }
      written.set(labels.key, labels);
      if (histogram === undefined) batch.add(point, seriesId, atMs, value);
      else batch.addHistogram(point, seriesId, atMs, histogram);
    }
    for (const [key, labels] of run.written) {
      if (written.has(key)) continue;
      const seriesId = resolver.resolve(labels);
      if (typeof seriesId === 'number') batch.addStale(batch.pointCount++, seriesId, atMs);
    }
    run.written = written;
    const fault = await consumer.consume(batch);
    if (fault !== undefined) return fault;
    if (batch.rejections.points === 0) return undefined;
    return { code: 'limit', message: batch.rejections.message(), retryable: false };
  }

  /** Gives alerts that hold right after a start the past that is stored of them. */
  async #restore(run: RuleRun, rule: AlertingRule, atMs: number): Promise<void> {
    if ([...run.instances.values()].every(({ standing }) => standing.state === 'firing')) return;
    const name = JSON.stringify(rule.alert);
    const expression = `ALERTS_FOR_STATE{alertname=${name}}[${OUTAGE_TOLERANCE_MS}ms]`;
    // One millisecond back: not what this very evaluation has written.
    const result = await this.#ports.context.engine.instant(expression, { timeMs: atMs - 1 });
    if (isFault(result) || result.value.type !== 'matrix') return;
    const stored = new Map(
      result.value.series.map(
        (series) => [series.labels.without(new Set([METRIC_NAME])).key, series] as const,
      ),
    );
    const instances = new Map(run.instances);
    for (const [key, instance] of instances) {
      const series = stored.get(key);
      if (series === undefined || series.values.length === 0) continue;
      if (instance.standing.state === 'firing') continue;
      const activeAtMs = restoredActiveAtMs(
        rule,
        series.values.at(-1)! * 1000,
        series.timestampsMs.at(-1)!,
        atMs,
      );
      instances.set(key, { ...instance, standing: { ...instance.standing, activeAtMs } });
    }
    run.instances = instances;
  }
}
