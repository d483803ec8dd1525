// The catalog looks for this file, where @grafana/create-plugin puts it. All plugins here share one build.
import { pluginConfig } from '../../../../grafana-build/src/webpack-config.ts';

export default pluginConfig('grafana-panels/heatmap', {
  mode: 'production',
  today: new Date().toISOString().slice(0, 10),
});
