import { z } from 'zod';
import { type Fault, isFault, permanent } from '../base/index.ts';
import {
  duration,
  expandKind,
  type ForecastCondition,
  kindSchemas,
  type MadeRule,
  type RuleChart,
} from './rule-kinds/kinds.ts';
import { readYamlTexts } from './yaml-texts.ts';

/** A rule whose result is written back as the series `record`. */
export interface RecordingRule {
  readonly kind: 'recording';
  readonly record: string;
  readonly expression: string;
  readonly labels: ReadonlyMap<string, string>;
}

/** A rule whose result's elements are alert instances. */
export interface AlertingRule {
  readonly kind: 'alerting';
  readonly alert: string;
  readonly expression: string;
  readonly forMs: number;
  readonly keepFiringForMs: number;
  /** Templates. */
  readonly labels: ReadonlyMap<string, string>;
  /** Templates. */
  readonly annotations: ReadonlyMap<string, string>;
  /** What becomes of alerts whose series have gone, while others may still be there. */
  readonly onNoData: DataPolicy;
  /** What becomes of alerts when the expression cannot be evaluated. */
  readonly onError: DataPolicy;
  /** The vector is the probability of crossing a threshold instead of the expression's result. */
  readonly forecast: ForecastCondition | undefined;
  /** What to draw, where the kind of rule says it. */
  readonly chart: RuleChart | undefined;
  /** How long the service must have listened before something new counts as silent; 0 where silence is not the question. */
  readonly listenMs: number;
}

/** `alert`: that is an alert of its own; `keep_last`: they stay as they are; `ok`: they resolve. */
export type DataPolicy = 'alert' | 'keep_last' | 'ok';

export type Rule = RecordingRule | AlertingRule;

export interface RuleGroup {
  readonly name: string;
  /** The file as the user named it. */
  readonly file: string;
  readonly intervalMs: number;
  /** How far the evaluation looks back behind the clock. */
  readonly queryOffsetMs: number;
  /** Most series or alert instances a rule may give; 0: no limit. */
  readonly limit: number;
  readonly rules: readonly Rule[];
}

export interface RuleFileDefaults {
  readonly intervalMs: number;
  readonly queryOffsetMs: number;
}

/** What a rule file needs to know of the language of its expressions and texts. */
export interface RuleChecks {
  /** Undefined when the expression parses and type-checks. */
  expression(text: string): Fault | undefined;
  /** Undefined when the template parses. */
  template(text: string): Fault | undefined;
}

const labels = z
  .record(z.string(), z.string().optional())
  .transform(
    (record) => new Map(Object.entries(record).map(([name, value]) => [name, value ?? ''] as const)),
  );

const ruleSchema = z.strictObject({
  record: z.string().min(1).optional(),
  alert: z.string().min(1).optional(),
  expr: z.string().optional(),
  for: duration.optional(),
  keep_firing_for: duration.optional(),
  labels: labels.optional(),
  annotations: labels.optional(),
  // Beyond Prometheus: what everybody wants to know of an alert, other kinds of conditions, and missing data.
  owner: z.string().optional(),
  runbook: z.string().optional(),
  severity: z.string().optional(),
  no_data: z.enum(['alert', 'keep_last', 'ok']).default('ok'),
  on_error: z.enum(['alert', 'keep_last', 'ok']).default('keep_last'),
  anomaly: kindSchemas.anomaly.optional(),
  forecast: kindSchemas.forecast.optional(),
  slo: kindSchemas.slo.optional(),
  absent: kindSchemas.absent.optional(),
  deadman: kindSchemas.deadman.optional(),
});

const conditionKeys = ['expr', 'anomaly', 'forecast', 'slo', 'absent', 'deadman'] as const;

const groupSchema = z.strictObject({
  name: z.string().min(1),
  interval: duration.optional(),
  query_offset: duration.optional(),
  limit: z.string().regex(/^\d+$/, 'expected a whole number').transform(Number).optional(),
  labels: labels.optional(),
  rules: z.array(ruleSchema).nullish(),
});

const fileSchema = z.strictObject({ groups: z.array(groupSchema).nullish() });

type RawRule = z.infer<typeof ruleSchema>;

/**
 * Reads a Prometheus rule file (prometheus.io, "Recording rules", "Alerting rules"). A fault names the file,
 * the group, the rule and the key, for every mistake that was found.
 */
export function parseRuleFile(
  file: string,
  text: string,
  defaults: RuleFileDefaults,
  checks: RuleChecks,
): readonly RuleGroup[] | Fault {
  const tree = readYamlTexts(file, text);
  if (isFault(tree)) return tree;
  const parsed = fileSchema.safeParse(tree);
  if (!parsed.success) {
    const lines = parsed.error.issues.map(
      (issue) => `${file}: ${issue.path.join('.') || 'file'}: ${issue.message}`,
    );
    return permanent('invalid', lines.join('\n'));
  }
  const mistakes: string[] = [];
  const groups: RuleGroup[] = [];
  const names = new Set<string>();
  for (const raw of parsed.data.groups ?? []) {
    if (names.has(raw.name)) mistakes.push(`${file}: group "${raw.name}" is defined twice`);
    names.add(raw.name);
    const rules: Rule[] = [];
    (raw.rules ?? []).forEach((rawRule, i) => {
      const where = `${file}: group "${raw.name}", rule ${i + 1} ("${rawRule.record ?? rawRule.alert ?? ''}")`;
      const wrong = mistakesOf(rawRule, checks);
      mistakes.push(...wrong.map((mistake) => `${where}: ${mistake}`));
      if (wrong.length === 0) rules.push(...rulesOf(rawRule, raw.labels ?? new Map()));
    });
    groups.push({
      name: raw.name,
      file,
      intervalMs: raw.interval || defaults.intervalMs,
      queryOffsetMs: raw.query_offset ?? defaults.queryOffsetMs,
      limit: raw.limit ?? 0,
      rules,
    });
  }
  return mistakes.length > 0 ? permanent('invalid', mistakes.join('\n')) : groups;
}

function rulesOf(raw: RawRule, groupLabels: ReadonlyMap<string, string>): readonly Rule[] {
  if (raw.record !== undefined) {
    const labels = new Map([...groupLabels, ...(raw.labels ?? [])]);
    return [{ kind: 'recording', record: raw.record, expression: raw.expr ?? '', labels }];
  }
  if (raw.expr !== undefined) {
    return [alertingRule(raw, groupLabels, { ...plain, expression: raw.expr })];
  }
  return expandKind(raw).map((made) => {
    if (made.kind === 'alerting') return alertingRule(raw, groupLabels, made);
    const { record, expression } = made;
    return { kind: 'recording', record, expression, labels: new Map(Object.entries(made.labels)) };
  });
}

type MadeAlerting = Extract<MadeRule, { kind: 'alerting' }>;

const plain: Omit<MadeAlerting, 'expression'> = {
  kind: 'alerting',
  labels: {},
  annotations: {},
  forecast: undefined,
  chart: undefined,
};

function alertingRule(
  raw: RawRule,
  groupLabels: ReadonlyMap<string, string>,
  made: MadeAlerting,
): AlertingRule {
  const labels = new Map([...Object.entries(made.labels), ...groupLabels, ...(raw.labels ?? [])]);
  // What tells the alerts of one rule apart is not the user's to change; the severity of a made rule is a default.
  if (made.labels['severity'] !== undefined) labels.set('severity', made.labels['severity']);
  if (raw.severity !== undefined && made.labels['severity'] === undefined)
    labels.set('severity', raw.severity);
  const annotations = new Map([...Object.entries(made.annotations), ...(raw.annotations ?? [])]);
  if (raw.owner !== undefined) annotations.set('owner', raw.owner);
  if (raw.runbook !== undefined) annotations.set('runbook_url', raw.runbook);
  return {
    kind: 'alerting',
    alert: raw.alert ?? '',
    expression: made.expression,
    forMs: raw.for ?? 0,
    keepFiringForMs: raw.keep_firing_for ?? 0,
    labels,
    annotations,
    onNoData: raw.no_data,
    onError: raw.on_error,
    forecast: made.forecast,
    chart: made.chart,
    listenMs: made.listenMs ?? 0,
  };
}

function mistakesOf(raw: RawRule, checks: RuleChecks): string[] {
  const mistakes: string[] = [];
  if ((raw.record === undefined) === (raw.alert === undefined)) {
    mistakes.push('exactly one of "record" and "alert" must be set');
  }
  const conditions = conditionKeys.filter((key) => raw[key] !== undefined);
  if (conditions.length === 0) mistakes.push('expr: expected an expression');
  if (conditions.length > 1) mistakes.push(`only one of ${conditions.join(', ')} may be set`);
  const fault = raw.expr === undefined ? undefined : checks.expression(raw.expr);
  if (fault !== undefined) mistakes.push(`expr: ${fault.message}`);
  for (const made of raw.expr === undefined ? expandKind(raw) : []) {
    const wrong = checks.expression(made.expression);
    if (wrong !== undefined) mistakes.push(`${conditions[0]}: ${made.expression}: ${wrong.message}`);
  }
  if (raw.record !== undefined) {
    if (raw.expr === undefined && conditions.length > 0) {
      mistakes.push(`${conditions[0]}: only for alerting rules`);
    }
    if (raw.record.includes('{')) mistakes.push(`record: not a metric name: ${JSON.stringify(raw.record)}`);
    for (const key of ['for', 'keep_firing_for', 'annotations'] as const) {
      if (raw[key] !== undefined) mistakes.push(`${key}: only for alerting rules`);
    }
  }
  for (const [name, value] of raw.labels ?? []) {
    if (name === '' || name === '__name__') mistakes.push(`labels: not allowed: ${JSON.stringify(name)}`);
    const bad = raw.alert === undefined ? undefined : checks.template(value);
    if (bad !== undefined) mistakes.push(`labels.${name}: ${bad.message}`);
  }
  for (const [name, value] of raw.annotations ?? []) {
    const bad = checks.template(value);
    if (bad !== undefined) mistakes.push(`annotations.${name}: ${bad.message}`);
  }
  return mistakes;
}
