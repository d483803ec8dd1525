import { FieldConfigProperty, PanelPlugin, ThresholdsMode } from '@grafana/data';
import { addOptions } from './editor.ts';
import { changePanel, migrateOptions } from './migrate.ts';
import { optionsVersion, type TimelineOptions } from './options.ts';
import { Panel } from './Panel.tsx';
import { takePicture } from './picture.ts';
import { presets, suggest } from './suggest.ts';

// Bars have the colours of states, which value mappings of the field `state` may change.
const disableStandardOptions = [FieldConfigProperty.Color, FieldConfigProperty.Min, FieldConfigProperty.Max];

// Alerts have thresholds of their own: none is assumed for the value.
const steps = [{ value: Number.NEGATIVE_INFINITY, color: 'green' }];
const standardOptions = {
  [FieldConfigProperty.Thresholds]: { defaultValue: { mode: ThresholdsMode.Absolute, steps } },
};

// biome-ignore lint/correctness/useHookAtTopLevel: it is no hook, Grafana only calls it so.
export const plugin = new PanelPlugin<TimelineOptions>(Panel)
  .useFieldConfig({ disableStandardOptions, standardOptions })
  .setPanelOptions(addOptions)
  .setMigrationHandler(migrateOptions, ({ options }) => options?.version !== optionsVersion)
  .setPanelChangeHandler(changePanel)
  .setDataSupport({ annotations: true, alertStates: false });

// Newer than the lowest version that is supported. Before 12.4 a supplier was an object, and one that is a function would
// stop Grafana's suggestions of every panel.
if ('getSuggestions' in plugin) plugin.setSuggestionsSupplier(suggest);
plugin.setPresetsSupplier?.(presets);
plugin.setScreenshotImage?.(takePicture);
plugin.setViewPanelOptions?.({
  quickToggles: {
    optionProperties: ['laneBy', 'sortBy', 'showPending', 'showSilenced', 'marks', 'showFigures'],
    fieldConfigProperties: [],
  },
});
