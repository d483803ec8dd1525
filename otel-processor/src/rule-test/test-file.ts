import { z } from 'zod';
import { readYamlTexts } from '../alert/index.ts';
import { type Fault, isFault, parseDuration, permanent } from '../base/index.ts';

const duration = z.string().transform((text, context) => {
  const durationMs = parseDuration(text);
  if (!isFault(durationMs)) return durationMs;
  context.addIssue({ code: 'custom', message: durationMs.message });
  return z.NEVER;
});

const texts = z.record(z.string(), z.string());
/** Numbers may be written as Prometheus writes them: `NaN`, `+Inf`. */
const sampleValue = z.string().transform((text) => {
  const infinity = /^([+-]?)inf$/i.exec(text);
  if (infinity === null) return Number(text);
  return infinity[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
});

/** An absent or empty part of the file is an empty list. */
function list<T extends z.ZodType>(element: T) {
  return z.preprocess((value) => value ?? [], z.array(element));
}

const textsOrNone = z.preprocess((value) => value ?? {}, texts);

const expectedAlert = z.strictObject({
  exp_labels: textsOrNone,
  exp_annotations: textsOrNone,
});

const testSchema = z.strictObject({
  name: z.string().optional(),
  interval: duration.optional(),
  input_series: list(z.strictObject({ series: z.string(), values: z.string() })),
  alert_rule_test: list(
    z.strictObject({ eval_time: duration, alertname: z.string(), exp_alerts: list(expectedAlert) }),
  ),
  promql_expr_test: list(
    z.strictObject({
      expr: z.string(),
      eval_time: duration,
      exp_samples: list(
        z.strictObject({
          labels: z.string().default(''),
          value: sampleValue.default(0),
          histogram: z.string().optional(),
        }),
      ),
    }),
  ),
  external_labels: textsOrNone,
  external_url: z.string().optional(),
});

const fileSchema = z.strictObject({
  rule_files: list(z.string()),
  evaluation_interval: duration.optional(),
  group_eval_order: list(z.string()),
  fuzzy_compare: z
    .enum(['true', 'false'])
    .default('false')
    .transform((text) => text === 'true'),
  tests: list(testSchema),
});

export type RuleTest = z.infer<typeof testSchema>;
export type RuleTestFile = z.infer<typeof fileSchema>;

/** Reads a unit test file of Prometheus (prometheus.io, "Unit testing for rules"). */
export function parseRuleTestFile(file: string, text: string): RuleTestFile | Fault {
  const tree = readYamlTexts(file, text);
  if (isFault(tree)) return tree;
  const parsed = fileSchema.safeParse(tree);
  if (parsed.success) return parsed.data;
  const lines = parsed.error.issues.map(
    (issue) => `${file}: ${issue.path.join('.') || 'file'}: ${issue.message}`,
  );
  return permanent('invalid', lines.join('\n'));
}
