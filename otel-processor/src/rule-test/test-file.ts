import { parseDocument } from 'yaml';
import { z } from 'zod';
import { type Fault, isFault, parseDuration, permanent } from '../base/index.ts';

const duration = z.union([z.string(), z.number()]).transform((text, context) => {
  const durationMs = parseDuration(String(text));
  if (!isFault(durationMs)) return durationMs;
  context.addIssue({ code: 'custom', message: durationMs.message });
  return z.NEVER;
});

const texts = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]).transform(String));
/** Numbers may be written as Prometheus writes them: `NaN`, `+Inf`. */
const sampleValue = z.union([z.number(), z.string()]).transform((value) => {
  const text = String(value).toLowerCase();
  if (text === 'inf' || text === '+inf') return Number.POSITIVE_INFINITY;
  return text === '-inf' ? Number.NEGATIVE_INFINITY : Number(value);
});

const expectedAlert = z.strictObject({
  exp_labels: texts.nullish(),
  exp_annotations: texts.nullish(),
});

const testSchema = z.strictObject({
  name: z.string().optional(),
  interval: duration.optional(),
  input_series: z.array(z.strictObject({ series: z.string(), values: z.string() })).nullish(),
  alert_rule_test: z
    .array(
      z.strictObject({
        eval_time: duration,
        alertname: z.string(),
        exp_alerts: z.array(expectedAlert).nullish(),
      }),
    )
    .nullish(),
  promql_expr_test: z
    .array(
      z.strictObject({
        expr: z.string(),
        eval_time: duration,
        exp_samples: z
          .array(
            z.strictObject({
              labels: z.string().default(''),
              value: sampleValue.default(0),
              histogram: z.string().optional(),
            }),
          )
          .nullish(),
      }),
    )
    .nullish(),
  external_labels: texts.optional(),
  external_url: z.string().optional(),
});

const fileSchema = z.strictObject({
  rule_files: z.array(z.string()).nullish(),
  evaluation_interval: duration.optional(),
  group_eval_order: z.array(z.string()).nullish(),
  fuzzy_compare: z.boolean().optional(),
  tests: z.array(testSchema).nullish(),
});

export type RuleTest = z.infer<typeof testSchema>;
export type RuleTestFile = z.infer<typeof fileSchema>;

/** Reads a unit test file of Prometheus (prometheus.io, "Unit testing for rules"). */
export function parseRuleTestFile(file: string, text: string): RuleTestFile | Fault {
  const document = parseDocument(text);
  if (document.errors.length > 0) return permanent('invalid', `${file}: ${document.errors[0].message}`);
  const parsed = fileSchema.safeParse(document.toJS() ?? {});
  if (parsed.success) return parsed.data;
  const lines = parsed.error.issues.map(
    (issue) => `${file}: ${issue.path.join('.') || 'file'}: ${issue.message}`,
  );
  return permanent('invalid', lines.join('\n'));
}
