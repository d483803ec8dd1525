import { type DataFrame, FieldType, getPanelDataSummary, type PanelModel, toDataFrame } from '@grafana/data';
import { describe, expect, test, vi } from 'vitest';
import { csvText } from '../../shared/src/csv.ts';
import { tableOfRows } from './board-table.ts';
import { changePanel, migrateOptions } from './migrate.ts';
import { defaultOptions, type LeaderboardOptions, optionsVersion } from './options.ts';
import { prepareView, readRows } from './prepare.ts';
import { sortRanked } from './ranking.ts';
import { suggest } from './suggest.ts';

// Grafana's own module needs a browser: of it only the viewer's language is read.
vi.mock('@grafana/runtime', () => ({ config: {} }));

const panel = (options?: Partial<LeaderboardOptions>) =>
  ({ options }) as PanelModel<Partial<LeaderboardOptions>>;

function series(name: string, values: readonly number[], more: Partial<DataFrame> = {}): DataFrame {
  return toDataFrame({
    ...more,
    fields: [
      { name: 'Time', type: FieldType.time, values: values.map((_, i) => i * 1000) },
      { name: 'Value', type: FieldType.number, values: [...values], labels: { name } },
    ],
  });
}

describe('options that were saved before', () => {
  test('what an older version does not know has its default, what it knows stays', () => {
    const old: Partial<LeaderboardOptions> = { limit: 5, animate: false };
    expect(migrateOptions(panel(old))).toEqual({ ...defaultOptions, ...old, version: optionsVersion });
    expect(migrateOptions(panel())).toEqual(defaultOptions);
  });

  test('panels of single values hand over their calculation', () => {
    const previous = { options: { reduceOptions: { calcs: ['max'] } } };
    expect(changePanel(panel({ limit: 3 }), 'bargauge', previous)).toEqual({ limit: 3, reducer: 'max' });
    expect(changePanel(panel({ limit: 3 }), 'table', previous)).toEqual({ limit: 3 });
  });
});

describe('suggestions', () => {
  const scores = (frames: DataFrame[]) => suggest(getPanelDataSummary(frames))?.map(({ score }) => score);

  test('several series suit well, best with a period to compare with; one alone has nobody to compete with', () => {
    const three = ['a', 'b', 'c'].map((name) => series(name, [1, 2]));
    expect(scores(three)).toEqual([70, 50]);
    const before = series('a', [1], { meta: { timeCompare: { diffMs: 1, isTimeShiftQuery: true } } });
    expect(scores([...three, before])).toEqual([100]);
    expect(scores([series('a', [1, 2])])).toBeUndefined();
    expect(scores([])).toBeUndefined();
  });
});

test('as a table it has all that is known, and exact numbers in the file', () => {
  const meta = { timeCompare: { diffMs: 1, isTimeShiftQuery: true } };
  const frames = [series('a', [0.125]), series('b', [3]), series('b', [2], { meta })];
  const view = prepareView(sortRanked(readRows(frames, defaultOptions) ?? [], 'value'), defaultOptions, '');
  const table = tableOfRows(view, defaultOptions);
  const lines = [0, 1].map((row) => table.columns.map((_, column) => table.cell(row, column)));
  expect(lines).toEqual([
    ['1', 'b', '3', '–', '2', '+50 %', 'same place'],
    ['2', 'a', '0.125', '2.88', '–', '–', 'new'],
  ]);
  expect(csvText(table.csv)).toBe(
    'rank,name,value,gap,previous,change,rank_change\r\n1,b,3,,2,1,0\r\n2,a,0.125,2.875,,,\r\n',
  );
});
