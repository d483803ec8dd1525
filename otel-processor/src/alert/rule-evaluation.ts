import { type Fault, FaultError, isFault, permanent } from '../base/index.ts';
import { type Histogram, LabelSet, METRIC_NAME } from '../model/index.ts';
import type { InstantSample, QueryEngine } from '../query/types.ts';
import { type AlertStanding, nextState } from './next-state.ts';
import type { AlertingRule, RecordingRule } from './rule-file.ts';
import type { ForecastCondition } from './rule-kinds/kinds.ts';
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
  /** Of the element of the expression's result, before the rule's own labels. */
  readonly elementKey: string;
  readonly annotations: ReadonlyMap<string, string>;
  readonly value: number;
  readonly standing: AlertStanding;
}

export interface RuleContext {
  readonly engine: QueryEngine;
  readonly externalLabels: ReadonlyMap<string, string>;
  readonly externalUrl: string;
  /** Since when sources could reach the service; without it, always. */
  readonly listeningSinceMs?: number;
  /** A comparison with a number taken apart; without it missing data is only noticed when nothing is left at all. */
  readonly split?: (expression: string) => SplitCondition | undefined;
  /** By series, the probability that it crosses the threshold in time; without it such rules fail. */
  readonly forecast?: (
    condition: ForecastCondition,
    timeMs: number,
  ) => Promise<readonly InstantSample[] | Fault>;
}

export interface SplitCondition {
  readonly expression: string;
  readonly operator: '==' | '!=' | '<' | '<=' | '>' | '>=';
  readonly threshold: number;
}

/** Label of an alert that is about missing data or a failed evaluation, not about its condition. */
export const REASON_LABEL = 'alert_reason';

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
  context: RuleContext,
  held: ReadonlyMap<string, AlertInstance>,
): Promise<ReadonlyMap<string, AlertInstance> | Fault> {
  const vector = await conditionVector(rule, timeMs, context);
  if (isFault(vector)) return vector;
  const data = await dataOf(rule, timeMs, vector, context, held);
  if (isFault(data)) return data;
  const ports = templatePorts(context, timeMs);
  // While the service was down it heard nothing of anyone: that is not their silence.
  const isTooEarly = timeMs - (context.listeningSinceMs ?? Number.NEGATIVE_INFINITY) < rule.listenMs;
  const next = new Map<string, AlertInstance>();
  for (const { labels, value } of vector) {
    const seen: TemplateData = {
      labels: new Map(labels),
      externalLabels: context.externalLabels,
      value,
    };
    const expanded = await expandAll(rule.labels, seen, ports);
    const pairs = [...labels].filter(([name]) => name !== METRIC_NAME);
    const alertLabels = LabelSet.of([...pairs, ...expanded, ['alertname', rule.alert]]);
    if (next.has(alertLabels.key)) {
      return permanent(
        'invalid',
        `the result has the label set ${alertLabels.toString()} twice after applying rule labels`,
      );
    }
    const before = held.get(alertLabels.key);
    if (before === undefined && isTooEarly) continue;
    const { standing } = nextState(rule, before?.standing, true, timeMs);
    if (standing === undefined) continue;
    next.set(alertLabels.key, {
      labels: alertLabels,
      elementKey: labels.without(nameOnly).key,
      annotations: await expandAll(rule.annotations, seen, ports),
      value,
      standing,
    });
  }
  for (const [key, instance] of held) {
    if (next.has(key) || instance.labels.has(REASON_LABEL)) continue;
    const isGone = data !== undefined && !data.has(instance.elementKey);
    const { standing } = nextState(rule, instance.standing, isGone, timeMs);
    if (standing !== undefined) next.set(key, { ...instance, standing });
  }
  if (rule.onNoData === 'alert') advanceReason(rule, 'no_data', data?.size === 0, timeMs, held, next);
  if (rule.onError === 'alert') advanceReason(rule, 'error', false, timeMs, held, next);
  return next;
}

const nameOnly: ReadonlySet<string> = new Set([METRIC_NAME]);

async function conditionVector(
  rule: AlertingRule,
  timeMs: number,
  context: RuleContext,
): Promise<readonly InstantSample[] | Fault> {
  const { forecast } = rule;
  if (forecast === undefined) return vectorAt(context.engine, rule.expression, timeMs);
  if (context.forecast === undefined) return permanent('unsupported', 'nothing forecasts here');
  const chances = await context.forecast(forecast, timeMs);
  return isFault(chances) ? chances : chances.filter(({ value }) => value >= forecast.probability);
}

/** Keys of the elements that there are data for; undefined when missing data are nothing special to the rule. */
async function dataOf(
  rule: AlertingRule,
  timeMs: number,
  vector: readonly InstantSample[],
  context: RuleContext,
  held: ReadonlyMap<string, AlertInstance>,
): Promise<ReadonlySet<string> | undefined | Fault> {
  if (rule.onNoData === 'ok') return undefined;
  const split = context.split?.(rule.expression);
  const all = split === undefined ? vector : await vectorAt(context.engine, split.expression, timeMs);
  if (isFault(all)) return all;
  const keys = new Set(all.map(({ labels }) => labels.without(nameOnly).key));
  // Without the comparison taken off, an element that is not in the result may only have become fine.
  if (split === undefined && keys.size > 0) for (const { elementKey } of held.values()) keys.add(elementKey);
  return keys;
}

/** The alert about missing data or a failed evaluation, which has the rule's labels and no others. */
function advanceReason(
  rule: AlertingRule,
  reason: 'no_data' | 'error',
  holds: boolean,
  timeMs: number,
  held: ReadonlyMap<string, AlertInstance>,
  next: Map<string, AlertInstance>,
): void {
  const plain = [...rule.labels].filter(([, text]) => !text.includes('{{'));
  const labels = LabelSet.of([...plain, ['alertname', rule.alert], [REASON_LABEL, reason]]);
  const before = held.get(labels.key);
  if (!holds && before === undefined) return;
  const { standing } = nextState(rule, before?.standing, holds, timeMs);
  if (standing === undefined) return;
  const texts = [...rule.annotations].filter(([, text]) => !text.includes('{{'));
  const summary = reason === 'no_data' ? 'There are no data to judge' : 'The rule could not be evaluated';
  next.set(labels.key, {
    labels,
    elementKey: '',
    annotations: new Map([...texts, ['summary', `${summary} (${rule.alert})`]]),
    value: Number.NaN,
    standing,
  });
}

/** What a failed evaluation makes of the alerts, by the rule's wish. */
export function instancesAfterFailure(
  rule: AlertingRule,
  timeMs: number,
  held: ReadonlyMap<string, AlertInstance>,
): ReadonlyMap<string, AlertInstance> {
  if (rule.onError === 'keep_last') return held;
  const next = new Map<string, AlertInstance>();
  for (const [key, instance] of held) {
    if (instance.labels.has(REASON_LABEL)) continue;
    const standing =
      rule.onError === 'ok' ? nextState(rule, instance.standing, false, timeMs).standing : instance.standing;
    if (standing !== undefined) next.set(key, { ...instance, standing });
  }
  advanceReason(rule, 'error', rule.onError === 'alert', timeMs, held, next);
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
