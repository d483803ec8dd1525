import type { Interval } from './alerts.ts';
import { type Figures, figuresOf } from './figures.ts';
import { groupBy } from './group-by.ts';
import type { TimelineOptions } from './options.ts';
import { type Spans, spansOf } from './spans.ts';

export interface Lane {
  /** What the lane is of; empty where alerts do not say. */
  readonly key: string;
  readonly name: string;
  /** By start. */
  readonly intervals: readonly Interval[];
  readonly spans: Spans;
  readonly figures: Figures;
}

type PrepareOptions = Pick<
  TimelineOptions,
  'laneBy' | 'laneLabel' | 'sortBy' | 'showPending' | 'showSilenced'
>;

/** What a lane is called: as the field's value mappings say, where there are some. */
export type NameText = (name: string) => string;

/** A lane for each rule, alert, team, ...: figures are of all that happened, also of what the options hide. */
export function prepareLanes(
  intervals: readonly Interval[],
  options: PrepareOptions,
  fromMs: number,
  nameText: NameText = String,
): readonly Lane[] {
  const lanes = [...groupBy(intervals, (interval) => laneKeyOf(interval, options))].map(
    ([key, all]): Lane => {
      const shown = all.filter(
        ({ state }) =>
          (options.showPending || state !== 'pending') && (options.showSilenced || state !== 'silenced'),
      );
      shown.sort((a, b) => a.startMs - b.startMs);
      return {
        key,
        name: nameText(nameOf(all[0], key, options.laneBy)),
        intervals: shown,
        spans: spansOf(shown),
        figures: figuresOf(all, fromMs),
      };
    },
  );
  return lanes.filter((lane) => lane.intervals.length > 0).sort(orders[options.sortBy]);
}

export function laneKeyOf(
  interval: Interval,
  { laneBy, laneLabel }: Pick<TimelineOptions, 'laneBy' | 'laneLabel'>,
): string {
  if (laneBy === 'rule') return interval.name;
  if (laneBy === 'alert') return interval.fingerprint;
  return laneBy === 'label' ? (interval.labels[laneLabel] ?? '') : interval[laneBy];
}

function nameOf(interval: Interval, key: string, laneBy: TimelineOptions['laneBy']): string {
  if (laneBy === 'group') return interval.groupTitle || key;
  if (laneBy !== 'alert') return key;
  return [interval.name, labelText(interval.labels)].filter((part) => part !== '').join(' ');
}

/** Labels without the name, in the order of their names, as `{a="b"}`. */
function labelText(all: Interval['labels']): string {
  const labels = Object.entries(all)
    .filter(([name]) => name !== 'alertname' && name !== 'severity')
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return labels.length === 0 ? '' : `{${labels.map(([name, value]) => `${name}="${value}"`).join(', ')}}`;
}

const byName = (a: Lane, b: Lane): number => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);
const lastStart = ({ intervals }: Lane): number => intervals.at(-1)?.startMs ?? 0;

/** Orders that a refresh does not shake: ties go by name. */
const orders: Readonly<Record<TimelineOptions['sortBy'], (a: Lane, b: Lane) => number>> = {
  name: byName,
  open: (a, b) => Number(b.figures.openCount > 0) - Number(a.figures.openCount > 0) || byName(a, b),
  recent: (a, b) => lastStart(b) - lastStart(a) || byName(a, b),
  returns: (a, b) => b.figures.returnCount - a.figures.returnCount || byName(a, b),
};
