import { sortInSlices } from '../../base/index.ts';
import type { LabelSet } from '../../model/index.ts';

/** The order of series in a block: by metric name, then by label set, so that what is read together lies together. */
export function compareSeries(a: LabelSet, b: LabelSet): number {
  const nameA = a.metricName ?? '';
  const nameB = b.metricName ?? '';
  if (nameA !== nameB) return nameA < nameB ? -1 : 1;
  return a.compare(b);
}

/** Sorts by `compareSeries`, a little at a time. */
export function sortSeries<Item extends { readonly labels: LabelSet }>(
  items: readonly Item[],
  pause: () => Promise<void>,
): Promise<Item[]> {
  return sortInSlices(items, (a, b) => compareSeries(a.labels, b.labels), pause);
}
