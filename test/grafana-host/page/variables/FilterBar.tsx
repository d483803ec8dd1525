import { css, cx } from '@emotion/css';
import type {
  AdHocVariableFilter,
  DataQuery,
  DrilldownRecommendation,
  DrilldownsApplicability,
  GrafanaTheme2,
} from '@grafana/data';
import { getDataSourceSrv } from '@grafana/runtime';
import { Button, Combobox, IconButton, Tooltip, useStyles2 } from '@grafana/ui';
import { type ReactElement, useEffect, useState } from 'react';
import type { DashboardVariables } from '../dashboard/use-variables.ts';
import type { Variables } from './variables.ts';

export interface FilterBarProps {
  readonly variables: Variables;
  readonly control: DashboardVariables;
  readonly source: string;
  readonly queries: readonly DataQuery[];
}

const operators = ['=', '!=', '=~', '!~'].map((value) => ({ label: value, value }));

/** Filters on any label: whether each has an effect, which ones the data source recommends, and one more. */
export function FilterBar({ variables, control, source, queries }: FilterBarProps): ReactElement {
  const styles = useStyles2(getStyles);
  const { filters } = variables;
  const [draft, setDraft] = useState<AdHocVariableFilter>();
  const applicability = useApplicability(source, queries, filters);
  const recommended = useRecommended(source, queries, filters, draft !== undefined);
  const finish = (filter: AdHocVariableFilter): void => {
    setDraft(undefined);
    control.setFilters([...filters, filter]);
  };
  return (
    <section className={styles.bar} aria-label="Filters">
      {filters.map((filter, i) => {
        const state = applicability.find(({ key }) => key === filter.key);
        const isIdle = state?.applicable === false;
        const text = `${filter.key} ${filter.operator} ${filter.value}`;
        return (
          <Tooltip key={`${text} ${String(i)}`} content={state?.reason ?? `${text} narrows this dashboard`}>
            <span className={cx(styles.chip, isIdle && styles.idle)} data-filter={text}>
              {text}
              <IconButton
                name="times"
                size="sm"
                aria-label={`Remove ${text}`}
                onClick={() => control.setFilters(filters.filter((each) => each !== filter))}
              />
            </span>
          </Tooltip>
        );
      })}
      {draft === undefined ? (
        <Button
          variant="secondary"
          icon="filter"
          fill="outline"
          onClick={() => setDraft({ key: '', operator: '=', value: '' })}
        >
          Filter
        </Button>
      ) : (
        <Draft {...{ draft, source, queries, filters }} onDraft={setDraft} onFinish={finish} />
      )}
      {recommended.slice(0, 3).map(({ key, operator, value }) => (
        <Button
          key={`${key} ${value}`}
          size="sm"
          variant="secondary"
          icon="bolt"
          tooltip="Accounts for what is going on"
          onClick={() => finish({ key, operator, value })}
        >
          {`${key} ${operator} ${value}`}
        </Button>
      ))}
    </section>
  );
}

interface DraftProps {
  readonly draft: AdHocVariableFilter;
  readonly source: string;
  readonly queries: readonly DataQuery[];
  readonly filters: readonly AdHocVariableFilter[];
  onDraft(draft: AdHocVariableFilter | undefined): void;
  onFinish(filter: AdHocVariableFilter): void;
}

function Draft({ draft, source, queries, filters, onDraft, onFinish }: DraftProps): ReactElement {
  const styles = useStyles2(getStyles);
  const about = { queries: [...queries], filters: [...filters] } as never as { queries: DataQuery[] };
  const keys = async (search: string) => {
    const found = await (await getDataSourceSrv().get(source)).getTagKeys?.({ ...about } as never);
    return optionsOf(found, search);
  };
  const values = async (search: string) => {
    const found = await (await getDataSourceSrv().get(source)).getTagValues?.({
      ...about,
      key: draft.key,
    } as never);
    return optionsOf(found, search);
  };
  return (
    <span className={styles.bar}>
      <Combobox<string>
        aria-label="Label"
        placeholder="Label"
        width={20}
        options={keys}
        value={draft.key || null}
        onChange={({ value }) => onDraft({ ...draft, key: value })}
      />
      <Combobox<string>
        aria-label="Operator"
        width={8}
        options={operators}
        value={draft.operator}
        onChange={({ value }) => onDraft({ ...draft, operator: value })}
      />
      <Combobox<string>
        key={draft.key}
        aria-label="Value"
        placeholder="Value"
        width={20}
        createCustomValue
        disabled={draft.key === ''}
        options={values}
        value={null}
        onChange={({ value }) => onFinish({ ...draft, value })}
      />
      <IconButton name="times" aria-label="No filter" onClick={() => onDraft(undefined)} />
    </span>
  );
}

function optionsOf(found: unknown, search: string): { label: string; value: string }[] {
  const list = (Array.isArray(found) ? found : ((found as { data?: unknown[] } | undefined)?.data ?? [])) as {
    text: string;
    value?: string | number;
  }[];
  return list
    .filter(({ text }) => text.toLowerCase().includes(search.toLowerCase()))
    .map(({ text, value }) => ({ label: text, value: String(value ?? text) }));
}

function useApplicability(
  source: string,
  queries: readonly DataQuery[],
  filters: readonly AdHocVariableFilter[],
): readonly DrilldownsApplicability[] {
  const [found, setFound] = useState<readonly DrilldownsApplicability[]>([]);
  useEffect(() => {
    let isCurrent = true;
    const ask = async (): Promise<void> => {
      const data = await getDataSourceSrv().get(source);
      const answer = await data.getDrilldownsApplicability?.({
        queries: [...queries],
        filters: [...filters],
      } as never);
      if (isCurrent) setFound(answer ?? []);
    };
    if (filters.length > 0) ask().catch(() => {});
    return () => {
      isCurrent = false;
    };
  }, [source, queries, filters]);
  return found;
}

function useRecommended(
  source: string,
  queries: readonly DataQuery[],
  filters: readonly AdHocVariableFilter[],
  isWanted: boolean,
): AdHocVariableFilter[] {
  const [found, setFound] = useState<AdHocVariableFilter[]>([]);
  useEffect(() => {
    let isCurrent = true;
    const ask = async (): Promise<void> => {
      const data = await getDataSourceSrv().get(source);
      const options = { queries: [...queries], filters: [...filters] };
      const answer: DrilldownRecommendation | undefined = await data.getRecommendedDrilldowns?.(
        options as never,
      );
      if (isCurrent) setFound((answer?.filters ?? []) as AdHocVariableFilter[]);
    };
    setFound([]);
    if (isWanted) ask().catch(() => {});
    return () => {
      isCurrent = false;
    };
  }, [source, queries, filters, isWanted]);
  return found;
}

const getStyles = (theme: GrafanaTheme2) => ({
  bar: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(0.5), alignItems: 'center' }),
  chip: css({
    display: 'inline-flex',
    alignItems: 'center',
    gap: theme.spacing(0.5),
    height: theme.spacing(theme.components.height.md),
    padding: theme.spacing(0, 1),
    background: theme.colors.background.secondary,
    border: `1px solid ${theme.colors.border.weak}`,
    borderRadius: theme.shape.radius.default,
    fontSize: theme.typography.bodySmall.fontSize,
  }),
  idle: css({ textDecoration: 'line-through', color: theme.colors.text.disabled }),
});
