import { LabelSet, METRIC_NAME } from '../model/index.ts';
import type { IngestConfig } from './config.ts';
import { PointRefusal, quoted } from './point-refusal.ts';
import { checkLimits } from './series-labels.ts';
import type { WireReader } from './wire.ts';

/**
 * The labels of a time series from runs of repeated Label fields (start and end in turn), sorted. Throws
 * `PointRefusal` for a missing metric name, empty or duplicate names, text that is not UTF-8, and limits.
 */
export function readSeriesLabels(
  reader: WireReader,
  runs: readonly number[],
  config: IngestConfig,
): LabelSet {
  const pairs: string[] = [];
  for (let i = 0; i < runs.length; i += 2) {
    const end = runs[i + 1];
    reader.pos = runs[i];
    while (reader.pos < end) {
      reader.tag(end);
      if (!readLabel(reader, reader.lengthEnd(end), pairs)) {
        throw new PointRefusal('invalid_label', () => 'a label that is not UTF-8');
      }
      if (pairs.length > 2 * config.labels_per_series_max) {
        throw new PointRefusal(
          'too_many_labels',
          () => `more than ${config.labels_per_series_max} labels (ingest.labels_per_series_max)`,
        );
      }
    }
  }
  refuseNames(pairs);
  const labels = labelSetOf(pairs);
  if (labels.get(METRIC_NAME) === undefined) {
    throw new PointRefusal(
      'invalid_name',
      () => `a series without a metric name: ${quoted(labels.toString())}`,
    );
  }
  checkLimits(labels, config);
  return labels;
}

/** Reads Label { name = 1, value = 2 } up to `end` into `pairs`; false when it is not UTF-8. */
export function readLabel(reader: WireReader, end: number, pairs: string[]): boolean {
  let name: string | undefined = '';
  let value: string | undefined = '';
  while (reader.pos < end) {
    const tag = reader.tag(end);
    if (tag !== 0x0a && tag !== 0x12) {
      reader.skip(tag, end);
      continue;
    }
    const next = reader.lengthEnd(end);
    const text = reader.text(reader.pos, next);
    reader.pos = next;
    if (tag === 0x0a) name = text;
    else value = text;
  }
  if (name === undefined || value === undefined) return false;
  pairs.push(name, value);
  return true;
}

/** Names and values in turn, in any order. */
export function labelSetOf(pairs: readonly string[]): LabelSet {
  const labels: Array<readonly [string, string]> = [];
  for (let i = 0; i < pairs.length; i += 2) labels.push([pairs[i], pairs[i + 1]]);
  return LabelSet.of(labels);
}

function refuseNames(pairs: readonly string[]): void {
  const names = new Set<string>();
  for (let i = 0; i < pairs.length; i += 2) {
    const name = pairs[i];
    if (name === '') throw new PointRefusal('invalid_label', () => 'a label without a name');
    if (names.has(name)) {
      throw new PointRefusal('invalid_label', () => `label ${quoted(name)} appears twice`);
    }
    names.add(name);
  }
}
