import type { PanelOptionsEditorBuilder } from '@grafana/data';
import { defaultOptions, laneChoices, markChoices, sortChoices, type TimelineOptions } from './options.ts';
import { translate } from './texts.ts';

function choices<const T extends string>(path: string, values: readonly T[]): { value: T; label: string }[] {
  return values.map((value) => ({ value, label: translate(`choice.${path}.${value}`) }));
}

function head<K extends keyof TimelineOptions>(path: K, category: string) {
  return {
    path,
    name: translate(`option.${path}`),
    category: [translate(`category.${category}`)],
    defaultValue: defaultOptions[path],
  };
}

/** The options as the panel's editor shows them. */
export function addOptions(builder: PanelOptionsEditorBuilder<TimelineOptions>): void {
  builder
    .addSelect({ ...head('laneBy', 'lanes'), settings: { options: choices('laneBy', laneChoices) } })
    .addTextInput({
      ...head('laneLabel', 'lanes'),
      settings: { placeholder: 'region' },
      showIf: ({ laneBy }) => laneBy === 'label',
    })
    .addSelect({ ...head('sortBy', 'lanes'), settings: { options: choices('sortBy', sortChoices) } })
    .addBooleanSwitch(head('showPending', 'lanes'))
    .addBooleanSwitch(head('showSilenced', 'lanes'))
    .addSelect({ ...head('marks', 'marks'), settings: { options: choices('marks', markChoices) } })
    .addBooleanSwitch({ ...head('shadeMarks', 'marks'), showIf: ({ marks }) => marks !== 'none' })
    .addBooleanSwitch(head('showFigures', 'display'))
    .addBooleanSwitch(head('showLegend', 'display'))
    .addSliderInput({ ...head('laneHeightPx', 'display'), settings: { min: 14, max: 60, step: 1 } })
    .addNumberInput({ ...head('silenceMinutes', 'display'), settings: { min: 1, integer: true } });
}
