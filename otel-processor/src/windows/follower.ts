import { EventBatch } from '../model/index.ts';
import type { ViewConfig } from './config.ts';
import { gives, SAMPLE_VALUE, sourceOf } from './view-source.ts';
import type { ViewResult } from './view-types.ts';

/** A view over another, with the results that it has yet to take. */
export interface Follower {
  readonly name: string;
  /** The view that it is over, and the series of that. */
  readonly of: string;
  readonly series: string;
  results: EventBatch;
}

/** Results as events: labels are attributes, `value` is the number, and the time is the window's last millisecond. */
export function addResult(result: ViewResult, wanted: string, into: EventBatch): void {
  result.each((values, series, labels, value) => {
    if (series !== wanted) return;
    into.add(series, result.endMs - 1, '');
    result.labelNames.forEach((name, i) => {
      into.set(name, values[i]);
    });
    for (let i = 0; i < labels.length; i += 2) into.set(labels[i], labels[i + 1]);
    into.set(SAMPLE_VALUE, value);
  });
}

export function followersAmong(configs: readonly ViewConfig[]): Follower[] {
  return configs.flatMap((config) => {
    const source = sourceOf(config);
    if (source.kind !== 'view') return [];
    const of = configs.find((other) => gives(other, source.series))?.name ?? '';
    return [{ name: config.name, of, series: source.series, results: new EventBatch() }];
  });
}
