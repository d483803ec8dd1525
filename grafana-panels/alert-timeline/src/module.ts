import { PanelPlugin } from '@grafana/data';
import { Panel } from './Panel.tsx';

export const plugin = new PanelPlugin(Panel);
