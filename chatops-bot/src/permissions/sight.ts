import type { AlertGroup, Labels } from '@statbar/sdk/wire';

/*
 * Whether somebody whose data is limited by matchers may see something that is there already: labels, or a whole alert
 * group. It is strict: what it cannot tell for certain is not seen.
 */

/** What is said to somebody who may not. */
export const notYours =
  'Sorry, this is about data that you may not see. Whoever runs StatBar can change that under permissions.';

/** Whether the labels match all of `matchers` (PromQL's notation). A label that is not there is empty. */
export function seesLabels(labels: Labels, matchers: readonly string[]): boolean {
  return matchers.every((text) => {
    const matcher = readMatcher(text);
    return matcher !== undefined && matches(labels[matcher.name] ?? '', matcher);
  });
}

/**
 * Whether every alert of the group matches: its card tells of all of them, and acknowledging it is for all of them. Of a
 * group that lists only some of its alerts, the labels that all have in common decide.
 */
export function seesGroup(group: AlertGroup, matchers: readonly string[]): boolean {
  if (matchers.length === 0) return true;
  const { members, counts, commonLabels } = group;
  if (members.length === 0 || !members.every(({ labels }) => seesLabels(labels, matchers))) return false;
  if (members.length >= counts.total) return true;
  return matchers.every((text) => {
    const name = readMatcher(text)?.name ?? '';
    return commonLabels[name] !== undefined && seesLabels(commonLabels, [text]);
  });
}

interface Matcher {
  readonly name: string;
  readonly operator: string;
  readonly value: string;
}

function readMatcher(text: string): Matcher | undefined {
  const found = /^([a-zA-Z_]\w*)\s*(=~|!~|!=|=)\s*"((?:[^"\\\n]|\\.)*)"$/.exec(text);
  if (found === null) return undefined;
  const value = found[3].replace(/\\(.)/g, (_, char: string) => (char === 'n' ? '\n' : char));
  return { name: found[1], operator: found[2], value };
}

function matches(value: string, { operator, value: wanted }: Matcher): boolean {
  if (operator === '=') return value === wanted;
  if (operator === '!=') return value !== wanted;
  try {
    // Anchored at both ends, and `.` is any character, as in PromQL.
    return new RegExp(`^(?:${wanted})$`, 'su').test(value) === (operator === '=~');
  } catch {
    return false;
  }
}
