import { FieldType, getPanelDataSummary, MappingType, type PanelModel, toDataFrame } from '@grafana/data';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { csvText } from '../../shared/src/csv.ts';
import { alertTable } from './alert-table.ts';
import { type AlertState, states } from './alerts.ts';
import { changePanel, migrateOptions } from './migrate.ts';
import { defaultOptions, optionsVersion, type TimelineOptions } from './options.ts';
import { prepareLanes } from './prepare.ts';
import { readIntervals } from './read-alerts.ts';
import { haveSameValues } from './same-series.ts';
import { laneNameText, type StateLook, type StateLooks, stateLooks } from './state-looks.ts';
import { presets, suggest } from './suggest.ts';

// Its parts for browsers cannot be loaded here: what is asked of it is the viewer's language.
const user = vi.hoisted(() => ({ language: 'en-US' }));
vi.mock('@grafana/runtime', () => ({ config: { bootData: { user } } }));

afterEach(() => {
  user.language = 'en-US';
});

const migrated = (options: unknown) => migrateOptions({ options });

describe('saved options', () => {
  test('what the first version saved means the same', () => {
    const first = { version: 1, laneBy: 'team', showAnomalies: false, laneHeightPx: 40 };
    expect(migrated(first)).toEqual({
      ...defaultOptions,
      laneBy: 'team',
      marks: 'none',
      laneHeightPx: 40,
    });
    expect(migrated({ version: 1, showAnomalies: true })).toMatchObject({ marks: 'all' });
    expect(migrated(first)).not.toHaveProperty('showAnomalies');
  });

  test('what is written by hand needs no version; what nobody knows takes its default', () => {
    expect(migrated(undefined)).toEqual(defaultOptions);
    const strange = { sortBy: 'luck', laneHeightPx: Number.NaN, showPending: 'yes', marks: 'anomalies' };
    expect(migrated(strange)).toEqual({ ...defaultOptions, marks: 'anomalies' });
    expect(migrated({ laneBy: 'region' })).toMatchObject({ laneBy: 'label', laneLabel: 'region' });
  });

  test('migrated once or twice is the same, and a newer version stays as it is', () => {
    const once = migrated({ version: 1, laneBy: 'pod', showAnomalies: false });
    expect(migrated(once)).toEqual(once);
    const newer = { version: optionsVersion + 1, laneBy: 'planet' };
    expect(migrated(newer)).toEqual(newer);
  });

  test("a state timeline's row height and legend, and an alert list's order, are taken over", () => {
    const panel = { options: { laneBy: 'rule' } } as PanelModel<Partial<TimelineOptions>>;
    const previous = { options: { rowHeight: 0.5, legend: { showLegend: false } } };
    expect(changePanel(panel, 'state-timeline', previous)).toEqual({
      ...{ laneBy: 'rule', laneHeightPx: 22, showLegend: false },
    });
    expect(changePanel(panel, 'alertlist', { sortOrder: 5 })).toMatchObject({ sortBy: 'recent' });
    expect(changePanel(panel, 'timeseries', previous)).toEqual({ laneBy: 'rule' });
  });
});

const time = { name: 'time', type: FieldType.time, values: [1000, 5000] };
const end = { name: 'timeEnd', type: FieldType.time, values: [4000, 9000] };
const text = (name: string, values: string[], config = {}) => ({
  name,
  type: FieldType.string,
  values,
  config,
});
const table = (state = {}, severity = {}) =>
  toDataFrame({
    fields: [
      ...[time, end, text('state', ['firing', 'silenced'], state), text('alertname', ['=Slow', 'Full'])],
      ...[text('severity', ['critical', 'info'], severity), text('labels', ['{"region":"eu"}', '{}'])],
    ],
  });

describe('suggestions', () => {
  test('alerts suggest it before all others, numbers do not', () => {
    expect(suggest(getPanelDataSummary([table()]))?.[0].score).toBe(100);
    const numbers = toDataFrame({ fields: [time, { name: 'v', type: FieldType.number, values: [1, 2] }] });
    expect(suggest(getPanelDataSummary([numbers]))).toBeUndefined();
    expect(suggest(getPanelDataSummary([]))).toBeUndefined();
  });

  test("a suggestion's small card has bars alone; presets are known options", () => {
    const [first] = suggest(getPanelDataSummary([table()])) ?? [];
    first.cardOptions?.previewModifier?.(first as never);
    expect(first.options).toMatchObject({ showFigures: false, showLegend: false });
    for (const { name, options } of presets()) {
      expect(name).not.toMatch(/^(preset|suggest)\./);
      expect(migrated({ ...defaultOptions, ...options })).toEqual({ ...defaultOptions, ...options });
    }
  });
});

test('frames around the same values are the same, with one value array changed they are not', () => {
  const before = table();
  const again = toDataFrame({ ...before, fields: before.fields.map((field) => ({ ...field })) });
  expect(haveSameValues([before], [again])).toBe(true);
  const [first, ...rest] = before.fields;
  const later = toDataFrame({ ...before, fields: [{ ...first, values: [...first.values] }, ...rest] });
  expect(haveSameValues([before], [later])).toBe(false);
  expect(haveSameValues([before], [])).toBe(false);
});

describe('value mappings', () => {
  const look = (state: AlertState): [AlertState, StateLook] => [state, { text: state, colour: 'grey' }];
  const usual = Object.fromEntries(states.map(look)) as unknown as StateLooks;

  test('give states names and colours, and lanes names', () => {
    const state = {
      mappings: [
        { type: MappingType.ValueToText, options: { firing: { text: 'On fire', color: 'red' } } },
        { type: MappingType.RegexToText, options: { pattern: '/^sil(.*)/', result: { text: 'Hush $1' } } },
      ],
    };
    const severity = {
      mappings: [{ type: MappingType.ValueToText, options: { critical: { text: 'P1' } } }],
    };
    const frame = table(state, severity);
    const looks = stateLooks([frame], usual, (name) => `#${name}`);
    expect(looks.firing).toEqual({ text: 'On fire', colour: '#red' });
    expect(looks.silenced).toEqual({ text: 'Hush enced', colour: 'grey' });
    expect(looks.pending).toEqual(usual.pending);
    const options = { ...defaultOptions, laneBy: 'severity', sortBy: 'name' } as const;
    const lanes = prepareLanes(readIntervals([frame]) ?? [], options, 0, laneNameText([frame], 'severity'));
    expect(lanes.map(({ name, key }) => [key, name])).toEqual([
      ['critical', 'P1'],
      ['info', 'info'],
    ]);
  });

  test('the table has every interval, the latest first, and as a file no formulas', () => {
    const options = { ...defaultOptions, laneBy: 'label', laneLabel: 'region' } as const;
    const lanes = prepareLanes(readIntervals([table()]) ?? [], options, 0);
    expect(lanes.map(({ name }) => name)).toEqual(['', 'eu']);
    const { headings, rowCount, cell } = alertTable(lanes, { ...options, looks: usual, timeZone: 'utc' });
    const row = (i: number): string[] => headings.slice(0, 6).map((_, column) => cell(i, column));
    expect(headings[0]).toBe('region');
    expect(row(0)).toEqual([
      '(none)',
      'Full',
      'silenced',
      '1970-01-01 00:00:05',
      '1970-01-01 00:00:09',
      '4s',
    ]);
    expect(row(1)).toEqual(['eu', '=Slow', 'firing', '1970-01-01 00:00:01', '1970-01-01 00:00:04', '3s']);
    expect(csvText({ headings, rowCount, cell })).toContain(",'=Slow,");
  });
});

test('in German everything is German, and both languages know the same texts', async () => {
  user.language = 'de-AT';
  expect(suggest(getPanelDataSummary([table()]))?.[0].name).toBe('Alarme je Regel');
  const [english, german] = await Promise.all(
    ['en-US', 'de-DE'].map((name) => import(`./locales/${name}/statbar-alerttimeline-panel.json`)),
  );
  const names = (texts: object): string[] => Object.keys(texts).sort();
  expect(names(german.default)).toEqual(names(english.default));
  const holes = (text: string): string[] => (text.match(/\{\{\w+\}\}/g) ?? []).sort();
  for (const [key, text] of Object.entries<string>(english.default)) {
    expect([key, holes(german.default[key])]).toEqual([key, holes(text)]);
  }
});
