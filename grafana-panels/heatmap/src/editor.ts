import type { PanelOptionsEditorBuilder } from '@grafana/data';
import { palettes } from '../../shared/src/palette.ts';
import { defaultOptions, type HeatmapOptions } from './options.ts';
import { translate } from './texts.ts';

type Builder = PanelOptionsEditorBuilder<HeatmapOptions>;

/** The options as the panel's editor shows them. */
export function addOptions(builder: Builder): void {
  addRowOptions(builder);
  addColourOptions(builder);
  addLimitOptions(builder);
  addDisplayOptions(builder);
}

/** Choices whose names are in the texts, under the option's own key. */
function choices<const T extends string>(path: string, values: readonly T[]): { value: T; label: string }[] {
  return values.map((value) => ({ value, label: translate(`choice.${path}.${value}`) }));
}

function head<K extends keyof HeatmapOptions>(path: K, category: string) {
  return {
    path,
    name: translate(`option.${path}`),
    category: [translate(`category.${category}`)],
    defaultValue: defaultOptions[path],
  };
}

function addRowOptions(builder: Builder): void {
  const isCalendar = ({ layout }: HeatmapOptions): boolean => layout === 'calendar';
  const isNamed = (options: HeatmapOptions): boolean => !isCalendar(options) && options.rows !== 'histogram';
  builder
    .addRadio({ ...head('layout', 'rows'), settings: { options: choices('layout', ['time', 'calendar']) } })
    .addSelect({
      ...head('hourValue', 'rows'),
      settings: { options: choices('hourValue', ['mean', 'sum', 'max', 'min', 'last']) },
      showIf: isCalendar,
    })
    .addRadio({
      ...head('rows', 'rows'),
      settings: { options: choices('rows', ['auto', 'series', 'histogram']) },
      showIf: (options) => !isCalendar(options),
    })
    .addTextInput({ ...head('groupBy', 'rows'), showIf: isNamed })
    .addSelect({
      ...head('combine', 'rows'),
      settings: { options: choices('combine', ['sum', 'mean', 'max']) },
      showIf: (options) => isCalendar(options) || (isNamed(options) && options.groupBy !== ''),
    })
    .addSelect({
      ...head('cumulative', 'rows'),
      settings: { options: choices('cumulative', ['auto', 'yes', 'no']) },
      showIf: (options) => !isCalendar(options) && options.rows === 'auto',
    })
    .addNumberInput({
      ...head('valueBucketCount', 'rows'),
      settings: { min: 2, max: 500, integer: true },
      showIf: (options) => !isCalendar(options) && options.rows === 'histogram',
    })
    .addSelect({
      ...head('sortRows', 'rows'),
      settings: { options: choices('sortRows', ['given', 'name', 'total']) },
      showIf: isNamed,
    })
    .addRadio({
      ...head('rowBrush', 'rows'),
      settings: { options: choices('rowBrush', ['dashboard', 'panel']) },
      showIf: isNamed,
    })
    .addSelect({
      ...head('yScale', 'rows'),
      settings: { options: choices('yScale', ['auto', 'linear', 'log2', 'log10', 'symlog']) },
      showIf: (options) => !isCalendar(options) && options.rows !== 'series',
    })
    .addUnitPicker({
      ...head('yUnit', 'rows'),
      showIf: (options) => !isCalendar(options) && options.rows !== 'series',
    })
    .addBooleanSwitch(head('yReverse', 'rows'));
}

function addColourOptions(builder: Builder): void {
  const isScheme = (options: HeatmapOptions): boolean => options.colourBy === 'scheme';
  builder
    .addRadio({
      ...head('colourBy', 'colour'),
      settings: { options: choices('colourBy', ['scheme', 'thresholds']) },
    })
    .addSelect({
      ...head('scheme', 'colour'),
      settings: {
        options: [
          ...choices('scheme', ['auto']),
          ...palettes.map(({ id, name }) => ({ value: id, label: name })),
        ],
      },
      showIf: isScheme,
    })
    .addSelect({
      ...head('schemeOrder', 'colour'),
      settings: { options: choices('schemeOrder', ['auto', 'dark-low', 'light-low']) },
      showIf: isScheme,
    })
    .addSelect({
      ...head('colourScale', 'colour'),
      settings: { options: choices('colourScale', ['linear', 'log', 'sqrt', 'quantile']) },
      showIf: isScheme,
    })
    .addSliderInput({
      ...head('colourLevels', 'colour'),
      settings: { min: 2, max: 255, step: 1 },
      showIf: isScheme,
    });
}

function addLimitOptions(builder: Builder): void {
  builder
    .addNumberInput({ ...head('colourMin', 'colour') })
    .addNumberInput({ ...head('colourMax', 'colour') })
    .addNumberInput({ ...head('hideUpTo', 'colour') })
    .addNumberInput({ ...head('hideFrom', 'colour') });
}

function addDisplayOptions(builder: Builder): void {
  builder
    .addSliderInput({ ...head('cellGapPx', 'display'), settings: { min: 0, max: 5, step: 1 } })
    .addBooleanSwitch(head('showAnomalies', 'display'))
    .addBooleanSwitch(head('showAnnotations', 'display'))
    .addBooleanSwitch(head('showExemplars', 'display'))
    .addBooleanSwitch(head('showLegend', 'display'))
    .addBooleanSwitch(head('showTooltip', 'tooltip'))
    .addBooleanSwitch({
      ...head('showColumnHistogram', 'tooltip'),
      showIf: (options) => options.showTooltip,
    })
    .addNumberInput({
      ...head('contributorCount', 'tooltip'),
      settings: { min: 0, max: 20, integer: true },
      showIf: (options) => options.showTooltip,
    });
}
