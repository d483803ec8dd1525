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
  const { overrides } = fieldConfig;
  const set = (next: ConfigOverrideRule[]): void => onChange({ ...fieldConfig, overrides: next });
  return (
    <>
      {overrides.map((rule, at) => (
        <Rule
          // Rules have no other identity.
          key={at}
          number={at + 1}
          {...{ plugin, rule, context }}
          onChange={(next) => set(overrides.map((each) => (each === rule ? next : each)))}
          onRemove={() => set(overrides.filter((each) => each !== rule))}
        />
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

interface RuleProps {
  readonly plugin: PanelPlugin;
  readonly rule: ConfigOverrideRule;
  readonly number: number;
  readonly context: StandardEditorContext<unknown>;
  onChange(rule: ConfigOverrideRule): void;
  onRemove(): void;
}

function Rule({ plugin, rule, number, context, onChange, onRemove }: RuleProps): ReactElement {
  const styles = useStyles2(getStyles);
  const registry = plugin.fieldConfigRegistry;
  const setProperties = (properties: ConfigOverrideRule['properties']): void =>
    onChange({ ...rule, properties });
  return (
    <div className={styles.rule} data-override={number - 1}>
      <div className={styles.head}>
        <strong>Override {number}</strong>
        <IconButton name="trash-alt" aria-label={`Remove override ${number}`} onClick={onRemove} />
      </div>
      <Matcher rule={rule} context={context} onChange={(matcher) => onChange({ ...rule, matcher })} />
      {rule.properties.map((property) => {
        const item = registry.getIfExists(property.id);
        const others = rule.properties.filter((each) => each !== property);
        return item === undefined ? null : (
          <Property
            key={property.id}
            {...{ item, context, value: property.value }}
            onChange={(value) =>
              setProperties(rule.properties.map((each) => (each === property ? { ...each, value } : each)))
            }
            onRemove={() => setProperties(others)}
          />
        );
      })}
      <ValuePicker
        label="Add override property"
        variant="secondary"
        size="sm"
        icon="plus"
        menuPlacement="auto"
        options={registry
          .list()
          .filter(({ hideFromOverrides }) => hideFromOverrides !== true)
          .map(({ id, name }) => ({ label: name, value: id }))}
        onChange={({ value: id = '' }) =>
          setProperties([...rule.properties, { id, value: registry.get(id).defaultValue }])
        }
      />
    </div>
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
