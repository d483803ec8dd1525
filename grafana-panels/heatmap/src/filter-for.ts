import type { AdHocVariableFilter } from '@grafana/data';

/** The dashboard's filter that leaves these values of a label; undefined where a label cannot say it. */
export function filterFor(label: string, names: readonly string[]): AdHocVariableFilter | undefined {
  if (label === '' || names.length === 0) return undefined;
  if (names.length === 1) return { key: label, operator: '=', value: names[0] };
  return { key: label, operator: '=~', value: names.map(escaped).join('|') };
}

/** What has a meaning in a regular expression (RE2) stands for itself. */
function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}
