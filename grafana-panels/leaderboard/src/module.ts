import { PanelPlugin } from '@grafana/data';
import { addOptions } from './editor.ts';
import { changePanel, migrateOptions } from './migrate.ts';
import type { LeaderboardOptions } from './options.ts';
import { Panel } from './Panel.tsx';
import { presets, suggest } from './suggest.ts';

// biome-ignore lint/correctness/useHookAtTopLevel: it is no hook, Grafana only calls it so.
export const plugin = new PanelPlugin<LeaderboardOptions>(Panel)
  .useFieldConfig()
  .setPanelOptions(addOptions)
  .setMigrationHandler(migrateOptions)
  .setPanelChangeHandler(changePanel)
  .setSuggestionsSupplier(suggest);

// Newer than the lowest version that is supported.
plugin.setPresetsSupplier?.(presets);
