import type { Histogram } from '../../model/index.ts';
import { formatFloatG } from '../syntax/index.ts';
import { allBuckets, usesCustomBuckets } from './bucket-list.ts';

/** `{count:3, sum:5, [-1,1]:1, (1,2]:2}`: as Prometheus writes a histogram into a label. */
export function printHistogram(histogram: Histogram): string {
  const parts = [`count:${formatFloatG(histogram.count)}`, `sum:${formatFloatG(histogram.sum)}`];
  for (const { lower, upper, count } of allBuckets(histogram)) {
    if (count === 0) continue;
    let [open, close] = ['(', ']'];
    if (!usesCustomBuckets(histogram)) {
      if (lower < 0) open = '[';
      if (upper < 0) close = ')';
    } else if (lower === Number.NEGATIVE_INFINITY) open = '[';
    parts.push(`${open}${formatFloatG(lower)},${formatFloatG(upper)}${close}:${formatFloatG(count)}`);
  }
  return `{${parts.join(', ')}}`;
}
