import { describe, expect, test } from 'vitest';
import { isFault } from '../../base/index.ts';
import { formatExpression, splitCondition } from '../../query/index.ts';
import { type AlertingRule, parseRuleFiles, type Rule, rulesConfigSchema } from '../index.ts';

function parse(rules: string): readonly Rule[] | string {
  const text = `groups: [{ name: g, rules: [${rules}] }]`;
  const groups = parseRuleFiles(rulesConfigSchema.parse({}), [{ file: 'r.yml', text }], (expression) => {
    const formatted = formatExpression(expression);
    return isFault(formatted) ? formatted : undefined;
  });
  return isFault(groups) ? groups.message : groups[0].rules;
}

function alerting(rules: string): AlertingRule {
  const parsed = parse(rules);
  if (typeof parsed === 'string') throw new Error(parsed);
  const rule = parsed.at(-1);
  if (rule?.kind !== 'alerting') throw new Error('no alerting rule');
  return rule;
}

describe('kinds of rules', () => {
  test('anomaly: the score of a watched signal, and its band for the picture', () => {
    const rule = alerting(
      `{ alert: Odd, anomaly: { signal: 'latency{svc="a"}', score: '2' }, for: 5m, owner: web }`,
    );
    expect(rule).toMatchObject({
      expression: 'latency:anomaly_score{svc="a"} >= 2',
      forMs: 300_000,
      chart: {
        expression: 'latency{svc="a"}',
        expected: 'latency:expected{svc="a"}',
        lower: 'latency:lower{svc="a"}',
      },
    });
    expect(rule.annotations.get('owner')).toBe('web');
  });

  test('forecast: the probability of crossing within the horizon', () => {
    expect(
      alerting(
        `{ alert: Full, forecast: { of: 'disk_used / disk_size', above: 0.9, within: 4h, probability: 0.7 } }`,
      ),
    ).toMatchObject({
      forecast: {
        expression: 'disk_used / disk_size',
        threshold: 0.9,
        direction: 'above',
        withinMs: 4 * 3_600_000,
        probability: 0.7,
      },
    });
  });

  test('slo: burn rates of 14.4, 6, 3 and 1 for 30 days, in a long and a short window each', () => {
    const rules = parse(
      `{ alert: Budget, slo: { name: chat, objective: 99.9, bad: 'sum(rate(errors[$window]))', total: 'sum(rate(requests[$window]))' } }`,
    );
    if (typeof rules === 'string') throw new Error(rules);
    const recordings = rules.flatMap((rule) => (rule.kind === 'recording' ? [rule.record] : []));
    expect(recordings).toEqual(
      ['5m', '30m', '1h', '2h', '6h', '1d', '3d'].map((window) => `slo:error_ratio:rate${window}`),
    );
    const alerts = rules.flatMap((rule) => (rule.kind === 'alerting' ? [rule] : []));
    expect(alerts.map(({ labels }) => labels.get('severity'))).toEqual(['page', 'ticket']);
    expect(alerts[0].expression).toBe(
      '(slo:error_ratio:rate1h{slo="chat"} > 0.0144 and slo:error_ratio:rate5m{slo="chat"} > 0.0144) or ' +
        '(slo:error_ratio:rate6h{slo="chat"} > 0.006 and slo:error_ratio:rate30m{slo="chat"} > 0.006)',
    );
    expect(alerts[1].expression).toContain('rate1d{slo="chat"} > 0.003');
    expect(alerts[1].expression).toContain('rate3d{slo="chat"} > 0.001');
  });

  test('absent: series that were there and fell silent, or never were', () => {
    expect(
      alerting(`{ alert: Silent, absent: { of: 'up{job="x"}', silent_for: 5m, remember: 1h, by: [job] } }`)
        .expression,
    ).toBe(
      '(group by (job) (present_over_time(up{job="x"}[1h])) unless group by (job) (present_over_time(up{job="x"}[5m])))' +
        ' or absent_over_time(up{job="x"}[1h])',
    );
  });

  test('deadman: a heartbeat that does not come', () => {
    const rule = alerting('{ alert: Backup, deadman: { heartbeat: backup, within: 1d } }');
    expect(rule.expression).toBe('absent_over_time(statbar:heartbeat{heartbeat="backup"}[1d])');
    expect(rule.labels.get('heartbeat')).toBe('backup');
  });

  test.each([
    ['{ alert: A }', 'expr: expected an expression'],
    ['{ alert: A, expr: up, deadman: { heartbeat: x, within: 1h } }', 'only one of expr, deadman'],
    ['{ record: r, anomaly: { signal: x } }', 'only for alerting rules'],
    ['{ alert: A, forecast: { of: x, within: 1h } }', 'expected either above or below'],
    ['{ alert: A, forecast: { of: "x(", above: 1, within: 1h } }', 'forecast: x(: '],
    ['{ alert: A, slo: { name: s, objective: 100, ratio: x } }', 'expected a percentage below 100'],
    ['{ alert: A, anomaly: { signal: "a + b" } }', 'expected a metric name'],
  ])('%s is refused', (rule, message) => {
    expect(parse(rule)).toContain(message);
  });
});

test('a condition is taken apart into what is compared and with what', () => {
  expect(splitCondition('sum(rate(x[5m])) by (a) > 0.5')).toEqual({
    expression: 'sum by (a) (rate(x[5m]))',
    operator: '>',
    threshold: 0.5,
  });
  expect(splitCondition('-3 >= x')).toEqual({ expression: 'x', operator: '<=', threshold: -3 });
  expect(['x', 'x > bool 1', 'a > b', 'a > 1 and b', '('].map(splitCondition)).toEqual(
    Array.from({ length: 5 }),
  );
});
