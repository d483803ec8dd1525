import { describe, expect, test } from 'vitest';
import type { AlertDocument } from './docs.ts';
import { Mutes } from './mutes.ts';
import { steady } from './next-flap.ts';
import { compileMatchers } from './routes.ts';

function alert(
  labels: Readonly<Record<string, string>>,
  state: 'firing' | 'resolved' = 'firing',
): AlertDocument {
  return {
    fingerprint: JSON.stringify(labels),
    source: 'test',
    labels,
    annotations: {},
    state,
    value: 1,
    startsAtMs: 0,
    endsAtMs: undefined,
    expiresAtMs: undefined,
    updatedAtMs: 0,
    generatorUrl: '',
    expression: undefined,
    flap: steady,
  };
}

const rule = (source: string, target: string, equal: readonly string[]) => ({
  source: compileMatchers([source]),
  target: compileMatchers([target]),
  equal,
});

describe('inhibition', () => {
  const critical = { severity: 'critical', cluster: 'x' };
  const warning = { severity: 'warning', cluster: 'x' };

  test('holds while the source fires, where the labels are equal', () => {
    const mutes = new Mutes([rule('severity="critical"', 'severity="warning"', ['cluster'])]);
    mutes.note(alert(critical));
    expect(mutes.inhibitorsOf(alert(warning))).toHaveLength(1);
    expect(mutes.inhibitorsOf(alert({ ...warning, cluster: 'y' }))).toEqual([]);
    const { generation } = mutes;
    mutes.note(alert(critical, 'resolved'));
    expect(mutes.inhibitorsOf(alert(warning))).toEqual([]);
    expect(mutes.generation).not.toBe(generation);
  });

  test('a label that both lack counts as equal, one that only one has does not', () => {
    const mutes = new Mutes([rule('severity="critical"', 'severity="warning"', ['zone'])]);
    mutes.note(alert(critical));
    expect(mutes.inhibitorsOf(alert(warning))).toHaveLength(1);
    expect(mutes.inhibitorsOf(alert({ ...warning, zone: 'a' }))).toEqual([]);
  });

  test('alerts that are source and target of a rule do not silence one another, or themselves', () => {
    const mutes = new Mutes([rule('cluster=~".+"', 'cluster=~".+"', ['cluster'])]);
    const [a, b] = [alert({ alertname: 'A', cluster: 'x' }), alert({ alertname: 'B', cluster: 'x' })];
    mutes.note(a);
    mutes.note(b);
    expect([mutes.inhibitorsOf(a), mutes.inhibitorsOf(b)]).toEqual([[], []]);
  });

  test('is that of other rules as soon as there are some', () => {
    const mutes = new Mutes([]);
    const alerts = [alert(critical), alert(warning)];
    mutes.setRules([rule('severity="critical"', 'severity="warning"', ['cluster'])], alerts);
    expect(mutes.inhibitorsOf(alerts[1])).toHaveLength(1);
    mutes.setRules([], alerts);
    expect(mutes.inhibitorsOf(alerts[1])).toEqual([]);
  });
});
