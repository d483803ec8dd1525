import { fieldReducers, type PanelOptionsEditorBuilder } from '@grafana/data';
import { defaultOptions, type LeaderboardOptions } from './options.ts';
import { translate } from './texts.ts';

type Builder = PanelOptionsEditorBuilder<LeaderboardOptions>;

/** The options as the panel's editor shows them. */
export function addOptions(builder: Builder): void {
  addRankOptions(builder);
  addColumnOptions(builder);
}

function choices<const T extends string>(path: string, values: readonly T[]): { value: T; label: string }[] {
  return values.map((value) => ({ value, label: translate(`choice.${path}.${value}`) }));
}

function head<K extends keyof LeaderboardOptions>(path: K, category: string) {
  return {
    path,
    name: translate(`option.${path}`),
    category: [translate(`category.${category}`)],
    defaultValue: defaultOptions[path],
  };
}

function addRankOptions(builder: Builder): void {
  const isCompared = ({ comparison }: LeaderboardOptions): boolean => comparison !== 'none';
  builder
    .addSelect({
      ...head('reducer', 'rank'),
      settings: { options: fieldReducers.list().map(({ id, name }) => ({ value: id, label: name })) },
    })
    .addRadio({ ...head('order', 'rank'), settings: { options: choices('order', ['high', 'low']) } })
    .addSelect({
      ...head('sortBy', 'rank'),
      settings: { options: choices('sortBy', ['value', 'change', 'rank-change', 'name']) },
    })
    .addNumberInput({ ...head('limit', 'rank'), settings: { min: 0, integer: true } })
    .addBooleanSwitch({ ...head('showOthers', 'rank'), showIf: ({ limit }) => limit > 0 })
    .addSelect({
      ...head('comparison', 'change'),
      settings: { options: choices('comparison', ['auto', 'start', 'none']) },
    })
    .addRadio({
      ...head('changeAs', 'change'),
      settings: { options: choices('changeAs', ['percent', 'difference']) },
      showIf: isCompared,
    })
    .addRadio({
      ...head('moreIs', 'change'),
      settings: { options: choices('moreIs', ['good', 'bad', 'neutral']) },
      showIf: isCompared,
    });
}

function addColumnOptions(builder: Builder): void {
  const columns = [
    'showRank',
    'showRankChange',
    'showBar',
    'showGap',
    'showChange',
    'showSparkline',
  ] as const;
  for (const path of columns) builder.addBooleanSwitch(head(path, 'columns'));
  builder
    .addBooleanSwitch(head('showSearch', 'display'))
    .addSliderInput({ ...head('rowHeightPx', 'display'), settings: { min: 18, max: 80, step: 1 } })
    .addBooleanSwitch(head('animate', 'display'));
}
