import { css } from '@emotion/css';
import type {
  ConfigOverrideRule,
  FieldConfigPropertyItem,
  FieldConfigSource,
  GrafanaTheme2,
  PanelPlugin,
  StandardEditorContext,
} from '@grafana/data';
import { fieldMatchersUI, IconButton, useStyles2, ValuePicker } from '@grafana/ui';
import { type ComponentProps, type ReactElement, useId } from 'react';

export interface OverridesProps {
  readonly plugin: PanelPlugin;
  readonly fieldConfig: FieldConfigSource;
  readonly context: StandardEditorContext<unknown>;
  onChange(fieldConfig: FieldConfigSource): void;
}

/** Rules that say otherwise for some fields: which fields, and which of their properties. */
export function Overrides({ plugin, fieldConfig, context, onChange }: OverridesProps): ReactElement {
  const styles = useStyles2(getStyles);
  const { overrides } = fieldConfig;
  const set = (next: ConfigOverrideRule[]): void => onChange({ ...fieldConfig, overrides: next });
  const replace = (at: number, rule: ConfigOverrideRule): void =>
    set(overrides.map((each, i) => (i === at ? rule : each)));
  const properties = plugin.fieldConfigRegistry
    .list()
    .filter(({ hideFromOverrides }) => hideFromOverrides !== true);
  return (
    <>
      {overrides.map((rule, at) => (
        <div
          // Rules have no other identity.
          key={at}
          className={styles.rule}
          data-override={at}
        >
          <div className={styles.head}>
            <strong>Override {at + 1}</strong>
            <IconButton
              name="trash-alt"
              aria-label={`Remove override ${at + 1}`}
              onClick={() => set(overrides.filter((each) => each !== rule))}
            />
          </div>
          <Matcher rule={rule} context={context} onChange={(matcher) => replace(at, { ...rule, matcher })} />
          {rule.properties.map(({ id, value }) => {
            const item = plugin.fieldConfigRegistry.getIfExists(id);
            return item === undefined ? null : (
              <Property
                key={id}
                {...{ item, value, context }}
                onChange={(next) =>
                  replace(at, {
                    ...rule,
                    properties: rule.properties.map((each) => (each.id === id ? { id, value: next } : each)),
                  })
                }
                onRemove={() =>
                  replace(at, { ...rule, properties: rule.properties.filter((each) => each.id !== id) })
                }
              />
            );
          })}
          <ValuePicker
            label="Add override property"
            variant="secondary"
            size="sm"
            icon="plus"
            menuPlacement="auto"
            options={properties.map(({ id, name }) => ({ label: name, value: id }))}
            onChange={({ value: id = '' }) => {
              const { defaultValue } = plugin.fieldConfigRegistry.get(id);
              replace(at, { ...rule, properties: [...rule.properties, { id, value: defaultValue }] });
            }}
          />
        </div>
      ))}
      <ValuePicker
        label="Add field override"
        variant="secondary"
        icon="plus"
        isFullWidth
        menuPlacement="auto"
        options={fieldMatchersUI
          .list()
          .map(({ id, name, description }) => ({ value: id, label: name, description }))}
        onChange={({ value: id = '' }) => {
          const { defaultOptions } = fieldMatchersUI.get(id).matcher;
          set([...overrides, { matcher: { id, options: defaultOptions }, properties: [] }]);
        }}
      />
    </>
  );
}

interface MatcherProps {
  readonly rule: ConfigOverrideRule;
  readonly context: StandardEditorContext<unknown>;
  onChange(matcher: ConfigOverrideRule['matcher']): void;
}

function Matcher({ rule, context, onChange }: MatcherProps): ReactElement | null {
  const id = useId();
  const found = fieldMatchersUI.getIfExists(rule.matcher.id);
  if (found === undefined) return <code>{JSON.stringify(rule.matcher)}</code>;
  const Editor = found.component;
  return (
    <>
      <label htmlFor={id}>{found.name}</label>
      <Editor
        id={id}
        matcher={found.matcher}
        data={context.data}
        options={rule.matcher.options}
        onChange={(options: unknown) => onChange({ ...rule.matcher, options })}
      />
    </>
  );
}

interface PropertyProps {
  readonly item: FieldConfigPropertyItem;
  readonly value: unknown;
  readonly context: StandardEditorContext<unknown>;
  onChange(value: unknown): void;
  onRemove(): void;
}

function Property({ item, value, context, onChange, onRemove }: PropertyProps): ReactElement {
  const styles = useStyles2(getStyles);
  const Editor = item.override;
  return (
    <div className={styles.property}>
      <div className={styles.head}>
        <span>{item.name}</span>
        <IconButton name="times" aria-label={`Remove ${item.name}`} onClick={onRemove} />
      </div>
      <Editor
        {...({ item, value, onChange } as object as ComponentProps<FieldConfigPropertyItem['override']>)}
        context={{ ...context, isOverride: true } as never}
      />
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  rule: css({
    border: `1px solid ${theme.colors.border.weak}`,
    borderRadius: theme.shape.radius.default,
    padding: theme.spacing(1),
    marginBottom: theme.spacing(1),
  }),
  head: css({ display: 'flex', justifyContent: 'space-between', marginBottom: theme.spacing(0.5) }),
  property: css({ margin: theme.spacing(1, 0) }),
});
