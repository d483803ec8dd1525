import { expect, test } from 'vitest';
import { isFault, permanent } from '../base/index.ts';
import { rulesConfigSchema } from './config.ts';
import { parseRuleFiles, type RuleGroup } from './index.ts';

const config = rulesConfigSchema.parse({});

function parse(text: string): readonly RuleGroup[] | string {
  const groups = parseRuleFiles(config, [{ file: 'rules.yml', text }], (expression) =>
    expression.includes('(((')
      ? permanent('invalid', '1:1: parse error: unclosed left parenthesis')
      : undefined,
  );
  return isFault(groups) ? groups.message : groups;
}

test('a rule file is read as Prometheus reads it', () => {
  const groups = parse(`
groups:
  - name: chat
    interval: 30s
    query_offset: 1m
    limit: 10
    labels: { team: chat }
    rules:
      - record: job:errors:rate5m
        expr: sum by (job) (rate(errors_total[5m]))
        labels: { level: job }
      - alert: HighErrors
        expr: job:errors:rate5m > 0.5
        for: 5m
        keep_firing_for: 10m
        labels: { severity: page }
        annotations:
          summary: '{{ $labels.job }} has {{ $value }} errors/s'
  - name: empty
`);
  expect(groups).toEqual([
    {
      name: 'chat',
      file: 'rules.yml',
      intervalMs: 30_000,
      queryOffsetMs: 60_000,
      limit: 10,
      rules: [
        {
          kind: 'recording',
          record: 'job:errors:rate5m',
          expression: 'sum by (job) (rate(errors_total[5m]))',
          labels: new Map([
            ['team', 'chat'],
            ['level', 'job'],
          ]),
        },
        {
          kind: 'alerting',
          alert: 'HighErrors',
          expression: 'job:errors:rate5m > 0.5',
          forMs: 300_000,
          keepFiringForMs: 600_000,
          labels: new Map([
            ['team', 'chat'],
            ['severity', 'page'],
          ]),
          annotations: new Map([['summary', '{{ $labels.job }} has {{ $value }} errors/s']]),
          onNoData: 'ok',
          onError: 'keep_last',
          forecast: undefined,
          chart: undefined,
          listenMs: 0,
        },
      ],
    },
    { name: 'empty', file: 'rules.yml', intervalMs: 60_000, queryOffsetMs: 0, limit: 0, rules: [] },
  ]);
});

test.each([
  ['groups: [', 'rules.yml: '],
  ['groups: [{ name: a, rulez: [] }]', 'rules.yml: groups.0: Unrecognized key: "rulez"'],
  ['groups: [{ name: a }, { name: a }]', 'group "a" is defined twice'],
  ['groups: [{ name: a, rules: [{ expr: up }] }]', 'exactly one of "record" and "alert" must be set'],
  ['groups: [{ name: a, rules: [{ alert: A, expr: "(((" }] }]', 'rule 1 ("A"): expr: 1:1: parse error'],
  ['groups: [{ name: a, rules: [{ record: r, expr: up, for: 5m }] }]', 'for: only for alerting rules'],
  ['groups: [{ name: a, rules: [{ alert: A, expr: up, for: fast }] }]', 'not a duration: "fast"'],
  [
    "groups: [{ name: a, rules: [{ alert: A, expr: up, annotations: { x: '{{ if }}' } }] }]",
    'annotations.x: missing value in action',
  ],
  [
    'groups: [{ name: a, rules: [{ alert: A, expr: up, labels: { __name__: x } }] }]',
    'labels: not allowed: "__name__"',
  ],
])('%s is refused with the place and the reason', (text, message) => {
  expect(parse(text)).toContain(message);
});
