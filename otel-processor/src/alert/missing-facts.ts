import type { AlertingRule, RuleGroup } from './rule-file.ts';

/** What whoever is woken up by an alert needs to find on it, and where it may stand. */
const facts: readonly (readonly [name: string, isThere: (rule: AlertingRule) => boolean])[] = [
  [
    'owner',
    ({ labels, annotations }) => labels.has('owner') || labels.has('team') || annotations.has('owner'),
  ],
  ['runbook', ({ annotations }) => annotations.has('runbook_url') || annotations.has('runbook')],
  ['severity', ({ labels }) => labels.has('severity')],
];

/** Alerting rules without an owner, a runbook or a severity: one sentence each. */
export function missingFacts(groups: readonly RuleGroup[]): readonly string[] {
  return groups.flatMap(({ file, name, rules }) =>
    rules.flatMap((rule) => {
      if (rule.kind !== 'alerting') return [];
      const missing = facts.filter(([, isThere]) => !isThere(rule)).map(([fact]) => fact);
      if (missing.length === 0) return [];
      return [`${file}: group "${name}", alert "${rule.alert}": no ${missing.join(', no ')}`];
    }),
  );
}
