import type { PanelOptionsEditorBuilder } from '@grafana/data';
import { defaultOptions, type TimelineOptions } from './options.ts';
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
    .addSelect({
      ...head('laneBy', 'lanes'),
      settings: { options: choices('laneBy', ['rule', 'alert', 'team', 'severity', 'service', 'group']) },
    })
    .addSelect({
      ...head('sortBy', 'lanes'),
      settings: { options: choices('sortBy', ['open', 'recent', 'returns', 'name']) },
    });
  for (const path of ['showPending', 'showSilenced', 'showAnomalies', 'showFigures', 'showLegend'] as const)
    builder.addBooleanSwitch(head(path, 'display'));
  builder
    .addSliderInput({ ...head('laneHeightPx', 'display'), settings: { min: 14, max: 60, step: 1 } })
    .addNumberInput({ ...head('silenceMinutes', 'display'), settings: { min: 1, integer: true } });
}
