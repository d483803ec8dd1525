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
  .setDataSupport({ annotations: true, alertStates: false })
  .setSuggestionsSupplier(suggest);

// Newer than the lowest version that is supported.
plugin.setPresetsSupplier?.(presets);
plugin.setScreenshotImage?.(takePicture);
