import { dateTimeFormat } from '@grafana/data';
import type { Interval } from './alerts.ts';
import { durationText } from './durations.ts';
import { laneName, lanesName } from './names.ts';
import type { TimelineOptions } from './options.ts';
import type { Lane } from './prepare.ts';
import type { StateLooks } from './state-looks.ts';
import { translate } from './texts.ts';

export interface TableSettings extends Pick<TimelineOptions, 'laneBy' | 'laneLabel'> {
  readonly looks: StateLooks;
  readonly timeZone: string;
}

export interface AlertTableModel {
  readonly headings: readonly string[];
  readonly rowCount: number;
  cell(row: number, column: number): string;
}

type Column = readonly [heading: string, text: (interval: Interval) => string];

/** Every interval that has a lane, the latest first. */
export function alertTable(lanes: readonly Lane[], settings: TableSettings): AlertTableModel {
  const entries = lanes.flatMap((lane) => lane.intervals.map((interval) => ({ lane, interval })));
  entries.sort((a, b) => b.interval.startMs - a.interval.startMs);
  const columns = columnsOf(settings);
  // Lanes of alerts' names are that column already.
  const hasLane = settings.laneBy !== 'rule';
  return {
    headings: [...(hasLane ? [lanesName(settings)] : []), ...columns.map(([heading]) => heading)],
    rowCount: entries.length,
    cell(row, column) {
      const { lane, interval } = entries[row];
      if (hasLane && column === 0) return laneName(lane);
      return columns[column - (hasLane ? 1 : 0)][1](interval);
    },
  };
}

function columnsOf({ looks, timeZone }: TableSettings): readonly Column[] {
  const time = (timeMs: number): string =>
    dateTimeFormat(timeMs, { timeZone, format: 'YYYY-MM-DD HH:mm:ss' });
  return [
    [translate('table.alert'), ({ name }) => name],
    [translate('table.state'), ({ state }) => looks[state].text],
    [translate('table.start'), ({ startMs }) => time(startMs)],
    // Where it was last looked at is no end.
    [translate('table.end'), ({ endMs, isOpen }) => (isOpen ? '' : time(endMs))],
    [translate('card.duration'), ({ startMs, endMs }) => durationText(endMs - startMs)],
    ...(['severity', 'service', 'team', 'owner', 'acknowledgedBy', 'summary'] as const).map(
      (name): Column => [translate(`card.${name}`), (interval) => interval[name]],
    ),
  ];
}
