import { PanelPlugin } from '@grafana/data';
import { addOptions } from './editor.ts';
import type { TimelineOptions } from './options.ts';
import { Panel } from './Panel.tsx';

export const plugin = new PanelPlugin<TimelineOptions>(Panel).setPanelOptions(addOptions);
