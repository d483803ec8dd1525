import { expect, test } from 'vitest';
import { isFault } from '../base/index.ts';
import { parseRuleTestFile, runRuleTests } from './index.ts';

const rules = `
groups:
  - name: chat
    rules:
      - record: region:errors:rate5m
        expr: sum by (region) (rate(errors_total[5m]))
      - alert: ErrorsHigh
        expr: region:errors:rate5m > 0.5
        for: 2m
        keep_firing_for: 3m
        labels: { severity: page, owner: '{{ $externalLabels.team }}' }
        annotations: { summary: '{{ $labels.region }}: {{ $value | printf "%.1f" }} errors/s' }
      - alert: Gone
        expr: absent(errors_total)
`;

async function outcomesOf(tests: string): Promise<unknown> {
  const file = parseRuleTestFile('t.yml', tests);
  if (isFault(file)) return file.message;
  const outcomes = await runRuleTests(file, [{ file: 'rules.yml', text: rules }]);
  return isFault(outcomes) ? outcomes.message : outcomes;
}

const input = `
      - series: errors_total{region="eu"}
        values: 0+60x10 600x10
      - series: errors_total{region="us"}
        values: 0x20
`;

test('a passing file: waiting, firing, kept firing, resolved, and recorded series', async () => {
  const firing = `
        exp_alerts:
          - exp_labels: { severity: page, region: eu, owner: chat }
            exp_annotations: { summary: 'eu: VALUE errors/s' }`;
  const outcomes = await outcomesOf(`
rule_files: [rules.yml]
evaluation_interval: 1m
tests:
  - interval: 1m
    external_labels: { team: chat }
    input_series: ${input}
    alert_rule_test:
      - eval_time: 2m
        alertname: ErrorsHigh
      - eval_time: 5m
        alertname: ErrorsHigh ${firing.replace('VALUE', '1.0')}
      - eval_time: 14m
        alertname: ErrorsHigh ${firing.replace('VALUE', '0.8')}
      - eval_time: 17m
        alertname: ErrorsHigh
      - eval_time: 4m
        alertname: Gone
    promql_expr_test:
      - expr: region:errors:rate5m
        eval_time: 6m
        exp_samples:
          - { labels: 'region:errors:rate5m{region="eu"}', value: 1 }
          - { labels: 'region:errors:rate5m{region="us"}', value: 0 }
      - expr: ALERTS
        eval_time: 3m
        exp_samples:
          - labels: ALERTS{alertname="ErrorsHigh",alertstate="pending",region="eu",severity="page",owner="chat"}
            value: 1
      - { expr: ALERTS, eval_time: 20m }
`);
  expect(outcomes).toEqual([{ name: 'test 1', failures: [] }]);
});

test('what does not come as expected is shown beside what came', async () => {
  const outcomes = await outcomesOf(`
tests:
  - name: wrong
    interval: 1m
    input_series: ${input}
    alert_rule_test:
      - eval_time: 5m
        alertname: ErrorsHigh
    promql_expr_test:
      - expr: sum(errors_total)
        eval_time: 4m
        exp_samples: [{ labels: '{}', value: 241 }]
      - { expr: 'sum(', eval_time: 1m }
`);
  expect(outcomes).toEqual([
    {
      name: 'wrong',
      failures: [
        `alertname: ErrorsHigh, time: 300s
  expected:
    nothing
  got:
    labels: {alertname="ErrorsHigh", region="eu", severity="page"} annotations: {summary="eu: 1.0 errors/s"}`,
        `expr: "sum(errors_total)", time: 240s
  expected:
    {} 241
  got:
    {} 240`,
        expect.stringContaining('expr: "sum(", time: 60s\n  error: 1:5: parse error'),
      ],
    },
  ]);
});

test.each([
  ['tests: [{ intervall: 1m }]', 't.yml: tests.0: Unrecognized key: "intervall"'],
  ['group_eval_order: [nope]', 'group_eval_order: there is no group "nope"'],
  ['tests: [{ interval: soon }]', 'not a duration: "soon"'],
  ['tests: {', 't.yml: '],
])('%s is refused', async (text, message) => {
  expect(await outcomesOf(text)).toContain(message);
});
