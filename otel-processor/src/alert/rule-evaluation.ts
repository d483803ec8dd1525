import { type Fault, FaultError, isFault, permanent } from '../base/index.ts';
import { type Histogram, LabelSet, METRIC_NAME } from '../model/index.ts';
import type { InstantSample, QueryEngine } from '../query/types.ts';
import { type AlertStanding, nextState } from './next-state.ts';
import type { AlertingRule, RecordingRule } from './rule-file.ts';
import { expandTemplate, type TemplateData, type TemplatePorts } from './template/index.ts';

/** A sample that a rule produced. */
export interface DerivedSample {
  readonly labels: LabelSet;
  readonly value: number;
  readonly histogram: Histogram | undefined;
}

/** One alert: a label set for which a rule's condition holds or held. */
export interface AlertInstance {
  readonly labels: LabelSet;
  readonly annotations: ReadonlyMap<string, string>;
  readonly value: number;
  readonly standing: AlertStanding;
}

export interface RuleContext {
  readonly engine: QueryEngine;
  readonly externalLabels: ReadonlyMap<string, string>;
  readonly externalUrl: string;
}

/** Evaluates an expression to a vector at `timeMs`; a scalar becomes one element without labels. */
async function vectorAt(
  engine: QueryEngine,
  expression: string,
  timeMs: number,
): Promise<readonly InstantSample[] | Fault> {
  const result = await engine.instant(expression, { timeMs });
  if (isFault(result)) return result;
  const { value } = result;
  if (value.type === 'vector') return value.samples;
  if (value.type === 'scalar') {
    return [{ labels: LabelSet.empty, timestampMs: timeMs, value: value.value, histogram: undefined }];
  }
  return permanent('invalid', `rule result is not a vector or scalar but a ${value.type}`);
}

export async function evaluateRecordingRule(
  rule: RecordingRule,
  timeMs: number,
  limit: number,
  context: RuleContext,
): Promise<readonly DerivedSample[] | Fault> {
  const vector = await vectorAt(context.engine, rule.expression, timeMs);
  if (isFault(vector)) return vector;
  const samples = new Map<string, DerivedSample>();
  for (const { labels, value, histogram } of vector) {
    const named = LabelSet.of([...labels, ...rule.labels, [METRIC_NAME, rule.record]]);
    if (samples.has(named.key)) {
      return permanent(
        'invalid',
        `the result has the label set ${named.toString()} twice after applying rule labels`,
      );
    }
    samples.set(named.key, { labels: named, value, histogram });
  }
  if (limit > 0 && samples.size > limit) {
    return permanent('limit', `exceeded limit of ${limit} with ${samples.size} series`);
  }
  return [...samples.values()];
}

/**
 * Evaluates an alerting rule against the instances it had, keyed by `labels.key`. Instances that do not hold any
 * more are advanced too. `initialStanding` may give a new instance a past (after a restart).
 */
export async function evaluateAlertingRule(
  rule: AlertingRule,
  timeMs: number,
  limit: number,
  context: RuleContext,
  held: ReadonlyMap<string, AlertInstance>,
): Promise<ReadonlyMap<string, AlertInstance> | Fault> {
  const vector = await vectorAt(context.engine, rule.expression, timeMs);
  if (isFault(vector)) return vector;
  const ports = templatePorts(context, timeMs);
  const next = new Map<string, AlertInstance>();
  for (const { labels, value } of vector) {
    const data: TemplateData = {
      labels: new Map(labels),
      externalLabels: context.externalLabels,
      value,
    };
    const expanded = await expandAll(rule.labels, data, ports);
    const pairs = [...labels].filter(([name]) => name !== METRIC_NAME);
    const alertLabels = LabelSet.of([...pairs, ...expanded, ['alertname', rule.alert]]);
    if (next.has(alertLabels.key)) {
      return permanent(
        'invalid',
        `the result has the label set ${alertLabels.toString()} twice after applying rule labels`,
      );
    }
    const { standing } = nextState(rule, held.get(alertLabels.key)?.standing, true, timeMs);
    if (standing === undefined) continue;
    next.set(alertLabels.key, {
      labels: alertLabels,
      annotations: await expandAll(rule.annotations, data, ports),
      value,
      standing,
    });
  }
  for (const [key, instance] of held) {
    if (next.has(key)) continue;
    const { standing } = nextState(rule, instance.standing, false, timeMs);
    if (standing !== undefined) next.set(key, { ...instance, standing });
  }
  const active = activeInstances(next).length;
  if (limit > 0 && active > limit) {
    return permanent('limit', `exceeded limit of ${limit} with ${active} alerts`);
  }
  return next;
}

/** Pending and firing instances. */
export function activeInstances(instances: ReadonlyMap<string, AlertInstance>): readonly AlertInstance[] {
  return [...instances.values()].filter((instance) => instance.standing.state !== 'inactive');
}

/** `ALERTS` and `ALERTS_FOR_STATE` of the active instances (Prometheus, "Alerting rules: Inspecting alerts"). */
export function alertSamples(instances: ReadonlyMap<string, AlertInstance>): DerivedSample[] {
  const samples: DerivedSample[] = [];
  for (const { labels, standing } of activeInstances(instances)) {
    samples.push(
      {
        labels: LabelSet.of([...labels, [METRIC_NAME, 'ALERTS'], ['alertstate', standing.state]]),
        value: 1,
        histogram: undefined,
      },
      {
        labels: LabelSet.of([...labels, [METRIC_NAME, 'ALERTS_FOR_STATE']]),
        value: Math.floor(standing.activeAtMs / 1000),
        histogram: undefined,
      },
    );
  }
  return samples;
}

function templatePorts(context: RuleContext, timeMs: number): TemplatePorts {
  return {
    externalUrl: context.externalUrl,
    async query(expression) {
      const vector = await vectorAt(context.engine, expression, timeMs);
      if (isFault(vector)) throw new FaultError(vector);
      return vector.map(({ labels, value }) => ({ Labels: new Map(labels), Value: value }));
    },
  };
}

async function expandAll(
  templates: ReadonlyMap<string, string>,
  data: TemplateData,
  ports: TemplatePorts,
): Promise<ReadonlyMap<string, string>> {
  const expanded = new Map<string, string>();
  for (const [name, source] of templates) {
    const text = await expandTemplate(source, data, ports);
    // A broken text must not silence the alert: it says what is wrong with it instead.
    expanded.set(name, isFault(text) ? `<error expanding template: ${text.message}>` : text);
  }
  return expanded;
}
