import { DataSourcePlugin } from '@grafana/data';
import { StatBarDataSource } from './datasource.ts';
import { ConfigEditor } from './editor/ConfigEditor.tsx';
import { Help } from './editor/Help.tsx';
import { QueryEditor } from './editor/QueryEditor.tsx';
import type { StatBarOptions, StatBarQuery, StatBarSecrets } from './model/query.ts';

export const plugin = new DataSourcePlugin<StatBarDataSource, StatBarQuery, StatBarOptions, StatBarSecrets>(
  StatBarDataSource,
)
  .setConfigEditor(ConfigEditor)
  .setQueryEditor(QueryEditor)
  .setQueryEditorHelp(Help);
