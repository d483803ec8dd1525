import type { Labels } from '@statbar/sdk/wire';

/** The name of a series: from the template, where `{{label}}` stands for a value, or as PromQL writes it. */
export function seriesName(labels: Labels, legend: string | undefined, fallback: string): string {
  if (legend !== undefined && legend !== '')
    return legend.replace(/\{\{\s*([^{}]+?)\s*\}\}/g, (_match, name: string) => labels[name] ?? '');
  const { __name__: name = '', ...rest } = labels;
  const pairs = Object.entries(rest).map(([label, value]) => `${label}=${JSON.stringify(value)}`);
  if (pairs.length === 0) return name === '' ? fallback : name;
  return `${name}{${pairs.join(', ')}}`;
}

/** For lists, where a name is read beside others: one label's value alone, several as pairs. */
export function shortName(labels: Labels, legend: string | undefined, fallback: string): string {
  if (legend) return seriesName(labels, legend, fallback);
  const { __name__: name, ...rest } = labels;
  const values = Object.entries(rest);
  if (values.length === 1) return values[0]?.[1] ?? '';
  if (values.length === 0) return name ?? fallback;
  return values.map(([label, value]) => `${label}=${value}`).join(', ');
}
