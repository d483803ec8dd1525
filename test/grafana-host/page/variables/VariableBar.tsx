import { css } from '@emotion/css';
import type { DataQuery, GrafanaTheme2 } from '@grafana/data';
import { Combobox, InlineSwitch, Input, MultiCombobox, useStyles2 } from '@grafana/ui';
import { type ReactElement, type ReactNode, useId } from 'react';
import type { Layer } from '../dashboard/annotations.ts';
import type { DashboardVariables } from '../dashboard/use-variables.ts';
import { FilterBar } from './FilterBar.tsx';
import { allValue, type VariableState, type Variables } from './variables.ts';

export interface VariableBarProps {
  readonly variables: Variables;
  readonly control: DashboardVariables;
  readonly layers: readonly Layer[];
  /** Whose labels may be filtered by; undefined: there are no filters. */
  readonly filterSource: string | undefined;
  /** Of all panels. */
  readonly queries: readonly DataQuery[];
  onToggleLayer(name: string, isEnabled: boolean): void;
}

/** What a dashboard is narrowed by: variables, ad-hoc filters, and which annotations it shows. */
export function VariableBar(props: VariableBarProps): ReactElement | null {
  const { variables, control, layers, filterSource } = props;
  const styles = useStyles2(getStyles);
  const shown = variables.states.filter(
    ({ model }) => Number(model.hide ?? 0) !== 2 && model.type !== 'constant',
  );
  if (shown.length + layers.length === 0 && filterSource === undefined) return null;
  return (
    <section className={styles.bar} aria-label="Variables">
      {shown.map((state) => (
        <Labelled key={state.model.name} label={state.model.label || state.model.name}>
          {(id) => <VariablePicker id={id} state={state} control={control} />}
        </Labelled>
      ))}
      {filterSource !== undefined && (
        <FilterBar {...{ variables, control }} source={filterSource} queries={props.queries} />
      )}
      <span className={styles.space} />
      {layers.map(({ name, enable }) => (
        <InlineSwitch
          key={name}
          id={`annotations-${name}`}
          label={name}
          showLabel
          transparent
          value={enable}
          onChange={({ currentTarget }) => props.onToggleLayer(name, currentTarget.checked)}
        />
      ))}
    </section>
  );
}

export function Labelled({
  label,
  children,
}: {
  readonly label: string;
  readonly children: (id: string) => ReactNode;
}): ReactElement {
  const styles = useStyles2(getStyles);
  const id = useId();
  return (
    <div className={styles.labelled}>
      <label className={styles.label} htmlFor={id}>
        {label}
      </label>
      {children(id)}
    </div>
  );
}

interface VariablePickerProps {
  readonly id: string;
  readonly state: VariableState;
  readonly control: DashboardVariables;
}

function VariablePicker({ id, state, control }: VariablePickerProps): ReactElement {
  const { model, options, values } = state;
  const choices = options.map(({ text, value }) => ({ label: text, value }));
  if (model.type === 'textbox') {
    return (
      <Input
        id={id}
        width={20}
        defaultValue={values[0] ?? ''}
        onBlur={({ currentTarget }) => control.setValues(model.name, [currentTarget.value])}
      />
    );
  }
  if ((model as { multi?: boolean }).multi === true) {
    return (
      <MultiCombobox<string>
        {...{ id, options: choices, width: 'auto', minWidth: 12, maxWidth: 40 }}
        value={[...values]}
        onChange={(chosen) =>
          control.setValues(
            model.name,
            chosenOf(
              chosen.map(({ value }) => value),
              values,
            ),
          )
        }
      />
    );
  }
  return (
    <Combobox<string>
      {...{ id, options: choices, width: 'auto', minWidth: 12, maxWidth: 40 }}
      value={values[0] ?? null}
      onChange={({ value }) => control.setValues(model.name, [value])}
    />
  );
}

/** "All" and single values put each other out; nothing chosen means all. */
function chosenOf(chosen: readonly string[], before: readonly string[]): string[] {
  if (chosen.length === 0) return [allValue];
  const isAllNew = chosen.includes(allValue) && !before.includes(allValue);
  return isAllNew ? [allValue] : chosen.filter((value) => value !== allValue);
}

const getStyles = (theme: GrafanaTheme2) => ({
  bar: css({
    display: 'flex',
    flexWrap: 'wrap',
    gap: theme.spacing(1),
    alignItems: 'center',
    marginBottom: theme.spacing(1),
  }),
  space: css({ flexGrow: 1 }),
  labelled: css({ display: 'flex', alignItems: 'stretch' }),
  label: css({
    display: 'flex',
    alignItems: 'center',
    padding: theme.spacing(0, 1),
    background: theme.colors.background.secondary,
    border: `1px solid ${theme.colors.border.weak}`,
    borderRight: 'none',
    borderRadius: `${theme.shape.radius.default} 0 0 ${theme.shape.radius.default}`,
    fontSize: theme.typography.bodySmall.fontSize,
    fontWeight: theme.typography.fontWeightMedium,
    margin: 0,
  }),
});
