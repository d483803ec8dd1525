import type { PanelModel, PanelPlugin } from '@grafana/data';
import type { HostPanel } from '../dashboard-model.ts';

/** The panel with options of the plugin's version: Grafana asks the plugin when the stored version is another one. */
export async function migrated(panel: HostPanel, plugin: PanelPlugin): Promise<HostPanel> {
  const { onPanelMigration } = plugin;
  const version = plugin.meta?.info?.version;
  if (onPanelMigration === undefined) return panel;
  const model = {
    ...panel,
    options: { ...panel.options },
    fieldConfig: { defaults: {}, overrides: [], ...panel.fieldConfig },
  } as unknown as PanelModel;
  const isOther = panel.pluginVersion !== version;
  if (!isOther && plugin.shouldMigrate?.(model) !== true) return panel;
  const options = (await onPanelMigration(model)) as HostPanel['options'];
  return { ...panel, options, fieldConfig: model.fieldConfig, pluginVersion: version };
}
