import { z } from 'zod';
import { type Fault, isFault, parseDuration, permanent } from '../base/index.ts';
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
}

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

const duration = z.string().transform((text, context) => {
  const durationMs = parseDuration(text);
  if (!isFault(durationMs)) return durationMs;
  context.addIssue({ code: 'custom', message: durationMs.message });
  return z.NEVER;
});

const labels = z
  .record(z.string(), z.string().optional())
  .transform(
    (record) => new Map(Object.entries(record).map(([name, value]) => [name, value ?? ''] as const)),
  );

const ruleSchema = z.strictObject({
  record: z.string().min(1).optional(),
  alert: z.string().min(1).optional(),
  expr: z.string('expected an expression'),
  for: duration.optional(),
  keep_firing_for: duration.optional(),
  labels: labels.optional(),
  annotations: labels.optional(),
});

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
      const rule = ruleOf(rawRule, raw.labels ?? new Map(), checks);
      if (Array.isArray(rule)) mistakes.push(...rule.map((mistake) => `${where}: ${mistake}`));
      else rules.push(rule);
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

function ruleOf(raw: RawRule, groupLabels: ReadonlyMap<string, string>, checks: RuleChecks): Rule | string[] {
  const mistakes = mistakesOf(raw, checks);
  if (mistakes.length > 0) return mistakes;
  const ruleLabels = new Map([...groupLabels, ...(raw.labels ?? [])]);
  if (raw.record !== undefined) {
    return { kind: 'recording', record: raw.record, expression: raw.expr, labels: ruleLabels };
  }
  return {
    kind: 'alerting',
    alert: raw.alert ?? '',
    expression: raw.expr,
    forMs: raw.for ?? 0,
    keepFiringForMs: raw.keep_firing_for ?? 0,
    labels: ruleLabels,
    annotations: raw.annotations ?? new Map(),
  };
}

function mistakesOf(raw: RawRule, checks: RuleChecks): string[] {
  const mistakes: string[] = [];
  if ((raw.record === undefined) === (raw.alert === undefined)) {
    mistakes.push('exactly one of "record" and "alert" must be set');
  }
  const fault = checks.expression(raw.expr);
  if (fault !== undefined) mistakes.push(`expr: ${fault.message}`);
  if (raw.record !== undefined) {
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
