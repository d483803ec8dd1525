import { css } from '@emotion/css';
import {
  type FieldConfigPropertyItem,
  type FieldConfigSource,
  type GrafanaTheme2,
  getPanelOptionsWithDefaults,
  PanelOptionsEditorBuilder,
  type PanelOptionsEditorItem,
  type PanelPlugin,
  type StandardEditorContext,
} from '@grafana/data';
import { FilterInput, Input, TextArea, useStyles2 } from '@grafana/ui';
import { get as valueAt } from 'lodash';
import { type ComponentProps, type ReactElement, type ReactNode, useMemo, useState } from 'react';
import { useDashboard } from '../dashboard/dashboard-context.ts';
import { useAnswer } from '../dashboard/panel-data.ts';
import type { HostPanel } from '../dashboard-model.ts';
import { Category } from './Category.tsx';
import { Overrides } from './Overrides.tsx';
import { withValueAt } from './set-value.ts';
import { suggestionsOf } from './suggestions.ts';

export interface OptionsPaneProps {
  readonly panel: HostPanel;
  readonly plugin: PanelPlugin;
  onChange(panel: HostPanel): void;
}

interface Row {
  readonly category: string;
  readonly name: string;
  readonly node: ReactNode;
}

/** The options that the plugin declares, its fields' options, and overrides: each in the editor that it asks for. */
export function OptionsPane({ panel, plugin, onChange }: OptionsPaneProps): ReactElement {
  const styles = useStyles2(getStyles);
  const [search, setSearch] = useState('');
  const { options, fieldConfig } = useMemo(
    () =>
      getPanelOptionsWithDefaults({
        plugin,
        currentOptions: { ...panel.options },
        currentFieldConfig: { defaults: {}, overrides: [], ...panel.fieldConfig },
        isAfterPluginChange: false,
      }),
    [plugin, panel.options, panel.fieldConfig],
  );
  const context = useEditorContext(panel, options);
  const rows = [
    ...panelRows(panel, onChange),
    ...optionRows(plugin, options, context, (next) => onChange({ ...panel, options: next })),
    ...fieldRows(plugin, fieldConfig, context, (next) => onChange({ ...panel, fieldConfig: next })),
  ].filter(({ name, category }) => `${category} ${name}`.toLowerCase().includes(search.toLowerCase()));
  const categories = [...new Set(rows.map(({ category }) => category))];
  return (
    <>
      <div className={styles.head}>
        <strong data-visualisation={plugin.meta.id}>{plugin.meta.name}</strong>
        <FilterInput
          placeholder="Search options"
          aria-label="Search options"
          value={search}
          onChange={setSearch}
        />
      </div>
      {categories.map((category) => (
        <Category key={category} title={category}>
          {rows.filter((row) => row.category === category).map(({ node }) => node)}
        </Category>
      ))}
      {search === '' && !plugin.fieldConfigRegistry.isEmpty() && (
        <Category title={`Overrides (${fieldConfig.overrides.length})`}>
          <Overrides
            {...{ plugin, fieldConfig, context }}
            onChange={(next) => onChange({ ...panel, fieldConfig: next })}
          />
        </Category>
      )}
    </>
  );
}

function useEditorContext(
  panel: HostPanel,
  options: Record<string, unknown>,
): StandardEditorContext<unknown> {
  const { replaceVariables, eventBus } = useDashboard();
  const data = useAnswer(panel.id);
  const series = data?.series ?? [];
  return {
    data: series,
    ...{ replaceVariables, eventBus, options },
    annotations: data?.annotations ?? [],
    getSuggestions: () => suggestionsOf(series),
  };
}

function panelRows(panel: HostPanel, onChange: OptionsPaneProps['onChange']): Row[] {
  const category = 'Panel options';
  return [
    {
      ...{ category, name: 'Title' },
      node: (
        <Option key="title" name="Title" id="panel-title">
          <Input
            id="panel-title"
            value={panel.title ?? ''}
            onChange={({ currentTarget }) => onChange({ ...panel, title: currentTarget.value })}
          />
        </Option>
      ),
    },
    {
      ...{ category, name: 'Description' },
      node: (
        <Option key="description" name="Description" id="panel-description">
          <TextArea
            id="panel-description"
            value={panel.description ?? ''}
            onChange={({ currentTarget }) => onChange({ ...panel, description: currentTarget.value })}
          />
        </Option>
      ),
    },
  ];
}

function optionRows(
  plugin: PanelPlugin,
  options: Record<string, unknown>,
  context: StandardEditorContext<unknown>,
  onChange: (options: Record<string, unknown>) => void,
): Row[] {
  const builder = new PanelOptionsEditorBuilder<Record<string, unknown>>();
  plugin.getPanelOptionsSupplier()(builder, context as never);
  const items = builder.getItems() as unknown as PanelOptionsEditorItem[];
  return items
    .filter(({ showIf }) => showIf?.(options, context.data, context.annotations) !== false)
    .map((item): Row => {
      const Editor = item.editor;
      const id = `option-${item.path}`;
      return {
        category: item.category?.[0] ?? plugin.meta.name,
        name: item.name,
        node: (
          <Option key={id} id={id} name={item.name} description={item.description}>
            <Editor
              {...{ id, item, context }}
              value={valueAt(options, item.path)}
              onChange={(value: unknown) => onChange(withValueAt(options, item.path, value))}
            />
          </Option>
        ),
      };
    });
}

function fieldRows(
  plugin: PanelPlugin,
  fieldConfig: FieldConfigSource,
  context: StandardEditorContext<unknown>,
  onChange: (fieldConfig: FieldConfigSource) => void,
): Row[] {
  return plugin.fieldConfigRegistry
    .list()
    .filter((item) => item.hideFromDefaults !== true)
    .filter(
      ({ showIf, isCustom }) =>
        showIf?.(isCustom ? (fieldConfig.defaults.custom ?? {}) : fieldConfig.defaults, context.data) !==
        false,
    )
    .map((item: FieldConfigPropertyItem): Row => {
      const Editor = item.editor;
      const id = `field-${item.id}`;
      const path = item.isCustom === true ? `custom.${item.path}` : item.path;
      return {
        category: item.category?.[0] ?? 'Standard options',
        name: item.name,
        node: (
          <Option key={id} id={id} name={item.name} description={item.description}>
            <Editor
              {...({ id, item, context } as object as FieldEditorProps)}
              value={valueAt(fieldConfig.defaults, path)}
              onChange={(value: unknown) =>
                onChange({ ...fieldConfig, defaults: withValueAt(fieldConfig.defaults, path, value) })
              }
            />
          </Option>
        ),
      };
    });
}

type FieldEditorProps = ComponentProps<FieldConfigPropertyItem['editor']>;

interface OptionProps {
  readonly id: string;
  readonly name: string;
  readonly description?: string | undefined;
  readonly children: ReactNode;
}

export function Option({ id, name, description, children }: OptionProps): ReactElement {
  const styles = useStyles2(getStyles);
  return (
    <div className={styles.option} data-option={id}>
      <label htmlFor={id}>{name}</label>
      {description !== undefined && description !== '' && <p className={styles.description}>{description}</p>}
      {children}
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  head: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(1), padding: theme.spacing(1.5) }),
  option: css({ marginBottom: theme.spacing(1.5) }),
  description: css({ ...theme.typography.bodySmall, color: theme.colors.text.secondary, margin: 0 }),
});
