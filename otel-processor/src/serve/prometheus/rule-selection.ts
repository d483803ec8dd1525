import { createHash } from 'node:crypto';
import type { GroupStatus, RuleStatus } from '../../alert/index.ts';
import { type Fault, isFault, permanent } from '../../base/index.ts';
import type { Matcher } from '../../model/index.ts';
import type { QueryLanguage } from '../ports.ts';
import { limitParameter, type Parameters } from './parameters.ts';
import { matcherSets } from './series-routes.ts';

/** One page of groups, and the token that asks for the next one. */
export interface RulePage {
  readonly groups: readonly GroupStatus[];
  readonly nextToken: string | undefined;
}

/**
 * Which rules of a group are asked for by `type`, `rule_name[]` and `match[]`, and whether a group of which none is
 * left is shown all the same (prometheus.io, "HTTP API: Rules").
 */
export function ruleSelection(
  parameters: Parameters,
  language: QueryLanguage,
): { keep(rule: RuleStatus): boolean; readonly showsEmpty: boolean } | Fault {
  const type = parameters.get('type');
  if (type !== undefined && type !== 'alert' && type !== 'record') {
    return permanent('invalid', `invalid parameter "type": not supported value ${JSON.stringify(type)}`);
  }
  const sets = matcherSets(parameters, language);
  if (isFault(sets)) return sets;
  const names = new Set(parameters.all('rule_name[]'));
  const narrowed = ['rule_group[]', 'file[]'].some((name) => parameters.all(name).length > 0);
  return {
    keep({ rule }) {
      const [kind, name] = rule.kind === 'alerting' ? ['alert', rule.alert] : ['record', rule.record];
      if (type !== undefined && type !== kind) return false;
      if (names.size > 0 && !names.has(name)) return false;
      return sets.length === 0 || sets.some((matchers) => matchesLabels(matchers, rule.labels));
    },
    showsEmpty: type === undefined && names.size === 0 && sets.length === 0 && !narrowed,
  };
}

/** A label whose value is a template has no value before an alert fires: it counts as absent. */
function matchesLabels(matchers: readonly Matcher[], labels: ReadonlyMap<string, string>): boolean {
  return matchers.every((matcher) => {
    const value = labels.get(matcher.name) ?? '';
    return matcher.matches(value.includes('{{') ? '' : value);
  });
}

/** The groups after `group_next_token`, at most `group_limit` of them. */
export function rulePage(groups: readonly GroupStatus[], parameters: Parameters): RulePage | Fault {
  const limit = limitParameter(parameters, 'group_limit');
  if (isFault(limit)) return limit;
  const token = parameters.get('group_next_token');
  if (token !== undefined && limit === 0) {
    return permanent(
      'invalid',
      'invalid parameter "group_limit": must be set to read on with group_next_token',
    );
  }
  if (limit === 0) return { groups, nextToken: undefined };
  const ordered = [...groups].sort((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1));
  const start = token === undefined ? 0 : ordered.findIndex((group) => tokenOf(group) === token);
  if (start < 0) {
    return permanent(
      'invalid',
      'invalid parameter "group_next_token": no such group; the rules may have changed',
    );
  }
  const next = ordered[start + limit];
  return {
    groups: ordered.slice(start, start + limit),
    nextToken: next === undefined ? undefined : tokenOf(next),
  };
}

function orderOf({ group }: GroupStatus): string {
  return `${group.file};${group.name}`;
}

/** Says nothing of the file's path to whoever may read only one group. */
function tokenOf(status: GroupStatus): string {
  return createHash('sha256').update(orderOf(status)).digest('hex').slice(0, 40);
}
