import { createHash } from 'node:crypto';
import type { AlertGroup, AlertMember } from '@statbar/sdk/wire';

/** At most so many UTF-16 units, which are at least as many as characters; what is cut off ends in an ellipsis. */
export function cut(text: string, lengthMax: number): string {
  if (text.length <= lengthMax) return text;
  // Half of a surrogate pair would not be a character.
  const head = text.slice(0, Math.max(0, lengthMax - 1));
  return `${/[\uD800-\uDBFF]$/.test(head) ? head.slice(0, -1) : head}…`;
}

export function isWebUrl(text: string | null): text is string {
  return text !== null && /^https?:\/\/[^\s]+$/.test(text);
}

/** What tells a member from the others: its labels without those that all have. */
export function nameOf(member: AlertMember, group: AlertGroup): string {
  const own = Object.entries(member.labels).filter(([name]) => !Object.hasOwn(group.commonLabels, name));
  if (own.length === 0) return member.labels['alertname'] ?? group.title;
  return own.map(([name, value]) => `${name}=${value}`).join(', ');
}

/** Links of a group: runbook, dashboards, its own page. */
export function linksOf(group: AlertGroup): readonly { readonly title: string; readonly url: string }[] {
  const links = [
    ...(isWebUrl(group.runbookUrl) ? [{ title: 'Runbook', url: group.runbookUrl }] : []),
    ...group.links.filter(({ url }) => isWebUrl(url)),
    ...(isWebUrl(group.url) ? [{ title: 'StatBar', url: group.url }] : []),
  ];
  return links;
}

/** One name to say where it comes from. */
export function sourceOf({ groupLabels, commonLabels }: AlertGroup): string {
  for (const name of ['instance', 'service', 'service_name', 'job', 'host']) {
    const value = commonLabels[name] ?? groupLabels[name];
    if (value !== undefined && value !== '') return value;
  }
  return 'StatBar';
}

/** One after the other until `sizeBytesMax` of JSON are used up; the rest is only counted. */
export function fitting<T>(
  items: readonly T[],
  sizeBytesMax: number,
): { readonly kept: readonly T[]; readonly leftOut: number } {
  let sizeBytes = 0;
  const kept: T[] = [];
  for (const item of items) {
    sizeBytes += Buffer.byteLength(JSON.stringify(item)) + 1;
    if (sizeBytes > sizeBytesMax) break;
    kept.push(item);
  }
  return { kept, leftOut: items.length - kept.length };
}

/** Name of a lane for each account: lanes are kept with what is to be told, keys are not. */
export function accountLane(kind: string, url: string, secret: string): string {
  return `${kind} ${new URL(url).origin} ${createHash('sha256').update(secret).digest('hex').slice(0, 12)}`;
}
