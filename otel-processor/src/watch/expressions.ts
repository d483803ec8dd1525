import { type Fault, isFault } from '../base/index.ts';
import { type LabelSet, METRIC_NAME } from '../model/index.ts';
import type { QueryEngine } from '../query/types.ts';
import type { SlotSamples } from './history-reader.ts';
import type { SampleTable } from './sample-table.ts';
import { slotOf } from './series-map.ts';
import type { MemberValue, SignalGroups } from './signal-groups.ts';
import type { WatchedFamily } from './timeline.ts';

const nameOnly: ReadonlySet<string> = new Set([METRIC_NAME]);

/** Shows the table what an expression gives at `timeMs`, as samples of that time. */
export async function evaluateAt(
  watched: WatchedFamily,
  timeMs: number,
  lookMs: number,
  samples: SampleTable,
  engine: QueryEngine,
): Promise<Fault | undefined> {
  const { expression, family } = watched;
  if (expression === undefined) return undefined;
  const result = await engine.instant(expression.text, { timeMs });
  if (isFault(result)) return result;
  const { value } = result;
  const rows: readonly MemberValue[] =
    value.type === 'vector'
      ? value.samples
      : value.type === 'scalar'
        ? [{ labels: family.noLabels, value: value.value }]
        : [];
  for (const { labels, value: number } of watched.groups?.step(timeMs, rows) ?? rows) {
    if (Number.isNaN(number)) continue;
    const leaf = family.leafOf(labels.without(nameOnly));
    if (leaf.slots.length === 0 && family.leaves.length > expression.seriesMax) {
      family.removeLeaf(leaf);
      continue;
    }
    const slot = slotOf(watched, leaf, undefined, (isCounter) => samples.add(isCounter));
    samples.observe(slot, timeMs, number, lookMs, Math.ceil(timeMs / lookMs));
  }
  return undefined;
}

/** What an expression gave at the steps in [fromMs, toMs]. */
export async function readExpression(
  watched: WatchedFamily,
  fromMs: number,
  toMs: number,
  samples: SampleTable,
  engine: QueryEngine,
): Promise<readonly SlotSamples[]> {
  const { expression, family, settings } = watched;
  if (expression === undefined) return [];
  const { stepMs } = settings.profile;
  const firstMs = Math.ceil(fromMs / stepMs) * stepMs;
  if (firstMs > toMs) return [];
  const result = await engine.range(expression.text, { fromMs: firstMs, toMs, stepMs });
  if (isFault(result) || result.value.type !== 'matrix') return [];
  const found: SlotSamples[] = [];
  const all = result.value.series;
  for (const series of watched.groups === undefined ? all : scoresOf(watched.groups, all)) {
    const leaf = family.leafOf(series.labels.without(nameOnly));
    if (leaf.slots.length === 0 && family.leaves.length > expression.seriesMax) {
      family.removeLeaf(leaf);
      continue;
    }
    const slot = slotOf(watched, leaf, undefined, (isCounter) => samples.add(isCounter));
    const values = series.values.slice();
    const words = new Uint32Array(values.buffer);
    found.push({
      leaf,
      slot,
      timestampsMs: series.timestampsMs.slice(),
      values,
      words,
      histograms: undefined,
      next: 0,
    });
  }
  return found;
}

interface ValuesOfTime {
  readonly labels: LabelSet;
  readonly timestampsMs: Float64Array;
  readonly values: Float64Array;
}

/** The scores of the groups of series, step by step. */
function scoresOf(groups: SignalGroups, series: readonly ValuesOfTime[]): readonly ValuesOfTime[] {
  const rowsByTime = new Map<number, MemberValue[]>();
  for (const { labels, timestampsMs, values } of series) {
    timestampsMs.forEach((timeMs, i) => {
      const rows = rowsByTime.get(timeMs) ?? [];
      rowsByTime.set(timeMs, rows);
      rows.push({ labels, value: values[i] });
    });
  }
  const found = new Map<string, { labels: LabelSet; times: number[]; values: number[] }>();
  for (const [timeMs, rows] of [...rowsByTime].sort(([a], [b]) => a - b)) {
    for (const { labels, value } of groups.step(timeMs, rows)) {
      const group = found.get(labels.key) ?? { labels, times: [], values: [] };
      found.set(labels.key, group);
      group.times.push(timeMs);
      group.values.push(value);
    }
  }
  return [...found.values()].map(({ labels, times, values }) => ({
    labels,
    timestampsMs: Float64Array.from(times),
    values: Float64Array.from(values),
  }));
}
