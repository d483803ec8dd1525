import { FieldConfigProperty, PanelPlugin } from '@grafana/data';
import { takePicture } from '../../shared/src/picture.ts';
import { addOptions } from './editor.ts';
import { changePanel, migrateOptions } from './migrate.ts';
import type { HeatmapOptions } from './options.ts';
import { Panel } from './Panel.tsx';
import { presets, suggest } from './suggest.ts';

// biome-ignore lint/correctness/useHookAtTopLevel: it is no hook, Grafana only calls it so.
export const plugin = new PanelPlugin<HeatmapOptions>(Panel)
  .useFieldConfig({ disableStandardOptions: [FieldConfigProperty.Color] })
  .setPanelOptions(addOptions)
  .setMigrationHandler(migrateOptions)
  .setPanelChangeHandler(changePanel)
  .setDataSupport({ annotations: true, alertStates: false });

// Newer than the lowest version that is supported. Before 12.4 a supplier was an object, and one that is a function would
// stop Grafana's suggestions of every panel.
if ('getSuggestions' in plugin) plugin.setSuggestionsSupplier(suggest);
plugin.setPresetsSupplier?.(presets);
plugin.setScreenshotImage?.(takePicture);
plugin.setViewPanelOptions?.({
  quickToggles: {
    optionProperties: ['layout', 'sortRows', 'yScale', 'colourScale', 'scheme', 'showAnomalies'],
    fieldConfigProperties: ['unit'],
  },
});
