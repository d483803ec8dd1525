import { FieldColorModeId, FieldConfigProperty, PanelPlugin } from '@grafana/data';
import { addOptions } from './editor.ts';
import { changePanel, migrateOptions } from './migrate.ts';
import type { LeaderboardOptions } from './options.ts';
import { Panel } from './Panel.tsx';
import { presets, suggest } from './suggest.ts';

// biome-ignore lint/correctness/useHookAtTopLevel: it is no hook, Grafana only calls it so.
export const plugin = new PanelPlugin<LeaderboardOptions>(Panel)
  .useFieldConfig({
    standardOptions: {
      // Grafana's own default is thresholds, and one at 80: red that nobody asked for.
      [FieldConfigProperty.Color]: { defaultValue: { mode: FieldColorModeId.Fixed, fixedColor: 'blue' } },
    },
  })
  .setPanelOptions(addOptions)
  .setMigrationHandler(migrateOptions)
  .setPanelChangeHandler(changePanel);

// Newer than the lowest version that is supported. Before 12.4 a supplier was an object, and one that is a function would
// stop Grafana's suggestions of every panel.
if ('getSuggestions' in plugin) plugin.setSuggestionsSupplier(suggest);
plugin.setPresetsSupplier?.(presets);
plugin.setViewPanelOptions?.({
  quickToggles: {
    optionProperties: ['reducer', 'order', 'sortBy', 'limit', 'comparison', 'changeAs', 'showSearch'],
    fieldConfigProperties: ['unit', 'decimals'],
  },
});
