import type { AdHocVariableFilter, TimeRange, TypedVariableModel } from '@grafana/data';
import { getDataSourceSrv, locationService } from '@grafana/runtime';
import { useCallback, useEffect, useState, useSyncExternalStore } from 'react';
import type { HostDashboard } from '../dashboard-model.ts';
import { place } from '../shell/location.ts';
import { defaultVariables } from '../variables/default-variables.ts';
import { resolveVariable } from '../variables/resolve.ts';
import type { VariableState, Variables } from '../variables/variables.ts';

export interface DashboardVariables {
  readonly isReady: boolean;
  /** Rises with every change. */
  readonly version: number;
  setValues(name: string, values: readonly string[]): void;
  setFilters(filters: readonly AdHocVariableFilter[]): void;
  setGroupBy(keys: readonly string[]): void;
}

const filtersParameter = 'var-Filters';
const groupByParameter = 'var-GroupBy';

/** Loads a dashboard's variables, those that its data sources add to it too, and keeps the address in step. */
export function useVariables(
  dashboard: HostDashboard,
  variables: Variables,
  range: TimeRange,
): DashboardVariables {
  const version = useSyncExternalStore(variables.subscribe, variables.version);
  const [isReady, setReady] = useState(false);
  useEffect(() => {
    let isCurrent = true;
    const { parameters } = place();
    variables.setFilters(parseFilters(parameters.getAll(filtersParameter)));
    variables.setGroupBy(parameters.getAll(groupByParameter).filter((key) => key !== ''));
    const load = async (): Promise<void> => {
      const states = await resolveAll(await modelsOf(dashboard), variables, range);
      if (!isCurrent) return;
      variables.setStates(states);
      setReady(true);
    };
    void load();
    return () => {
      isCurrent = false;
    };
    // Options are loaded once; a refresh does not change them.
  }, [dashboard.uid]);
  const setValues = useCallback(
    (name: string, values: readonly string[]) => {
      variables.setStates(
        variables.states.map((state) =>
          state.model.name === name ? { ...state, values: [...values] } : state,
        ),
      );
      locationService.partial({ [`var-${name}`]: [...values] }, true);
      const models = variables.states.map(({ model }) => model);
      void resolveAll(models, variables, range).then((states) => variables.setStates(states));
    },
    [variables, range],
  );
  const setFilters = useCallback(
    (filters: readonly AdHocVariableFilter[]) => {
      variables.setFilters(filters);
      const texts = filters.map(({ key, operator, value }) => [key, operator, value].map(escaped).join('|'));
      locationService.partial({ [filtersParameter]: texts.length === 0 ? null : texts }, true);
    },
    [variables],
  );
  const setGroupBy = useCallback(
    (keys: readonly string[]) => {
      variables.setGroupBy(keys);
      locationService.partial({ [groupByParameter]: keys.length === 0 ? null : [...keys] }, true);
    },
    [variables],
  );
  return { isReady, version, setValues, setFilters, setGroupBy };
}

async function modelsOf(dashboard: HostDashboard): Promise<TypedVariableModel[]> {
  const own = (dashboard.templating?.list ?? []).filter(({ type }) => type !== 'adhoc' && type !== 'groupby');
  const uids = new Set(dashboard.panels.map(({ datasource }) => datasource?.uid));
  const added: TypedVariableModel[] = [];
  for (const uid of uids) {
    if (uid === undefined || uid.startsWith('$')) continue;
    const source = await getDataSourceSrv()
      .get(uid)
      .catch(() => undefined);
    if (source !== undefined) added.push(...(await defaultVariables(source).catch(() => [])));
  }
  const names = new Set(own.map(({ name }) => name));
  return [...own, ...added.filter(({ name }) => !names.has(name))];
}

/** One after the other: a query may name the variables before it. */
async function resolveAll(
  models: readonly TypedVariableModel[],
  variables: Variables,
  range: TimeRange,
): Promise<VariableState[]> {
  const { parameters } = place();
  const states: VariableState[] = [];
  for (const model of models) {
    const wanted = parameters.getAll(`var-${model.name}`);
    states.push(await resolveVariable(model, wanted.length === 0 ? undefined : wanted, range, variables));
    // What comes after sees it.
    if (variables.states.length < models.length) variables.setStates(states);
  }
  return states;
}

/** As Grafana writes them into an address: `key|operator|value`, with bars in a value escaped. */
function parseFilters(texts: readonly string[]): AdHocVariableFilter[] {
  return texts.flatMap((text) => {
    const [key, operator, value] = text.split('|').map((part) => part.replaceAll('__gfp__', '|'));
    return key && operator && value !== undefined ? { key, operator, value } : [];
  });
}

function escaped(text: string): string {
  return text.replaceAll('|', '__gfp__');
}
