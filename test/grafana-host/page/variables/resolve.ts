import {
  CoreApp,
  type DataQueryRequest,
  type DataSourceApi,
  type MetricFindValue,
  type ScopedVars,
  type TimeRange,
  type TypedVariableModel,
} from '@grafana/data';
import { getDataSourceSrv } from '@grafana/runtime';
import { lastValueFrom } from 'rxjs';
import { allValue, type VariableOption, type VariableState, type Variables } from './variables.ts';

const collator = new Intl.Collator('en', { numeric: true });

/** What may be chosen, and what is: the address first, then what the dashboard has stored, then the first option. */
export async function resolveVariable(
  model: TypedVariableModel,
  wanted: readonly string[] | undefined,
  range: TimeRange,
  variables: Variables,
): Promise<VariableState> {
  let options: VariableOption[] = [];
  let error: string | undefined;
  try {
    options = await optionsOf(model, range, variables);
  } catch (failure) {
    error = failure instanceof Error ? failure.message : String(failure);
  }
  const { includeAll = false, multi = false } = model as { includeAll?: boolean; multi?: boolean };
  if (includeAll && options.length > 0) options = [{ text: 'All', value: allValue }, ...options];
  const stored = valuesOf((model as { current?: { value?: unknown } }).current?.value);
  const isFree = model.type === 'textbox' || model.type === 'constant' || error !== undefined;
  const allowed = (values: readonly string[]): string[] =>
    isFree ? [...values] : values.filter((value) => options.some((option) => option.value === value));
  const chosen = [wanted ?? [], stored].map(allowed).find((values) => values.length > 0);
  const first = options[0]?.value ?? (model as { query?: unknown }).query;
  const values = chosen ?? (typeof first === 'string' ? [first] : []);
  return {
    model,
    options,
    values: multi ? values : values.slice(0, 1),
    ...(error === undefined ? {} : { error }),
  };
}

async function optionsOf(
  model: TypedVariableModel,
  range: TimeRange,
  variables: Variables,
): Promise<VariableOption[]> {
  switch (model.type) {
    case 'query': {
      const source = await getDataSourceSrv().get(model.datasource);
      const found = await askVariable(source, model.query, range);
      return sorted(narrowed(found, model.regex), model.sort);
    }
    case 'custom':
    case 'interval':
      return listed(variables.replace(model.query));
    case 'datasource':
      return getDataSourceSrv()
        .getList({ pluginId: model.query, variables: false })
        .map(({ name, uid }) => ({ text: name, value: uid }));
    default:
      return [];
  }
}

/** The values of a query, as the data source's own support for variables gives them. */
export async function askVariable(
  source: DataSourceApi,
  query: unknown,
  range: TimeRange,
  search = '',
): Promise<MetricFindValue[]> {
  const scopedVars: ScopedVars = { __searchFilter: { text: search, value: search } };
  const support = source.variables;
  if (support !== undefined && 'query' in support && typeof support.query === 'function') {
    const target = typeof query === 'object' && query !== null ? query : { query };
    const request = {
      ...{ app: CoreApp.Dashboard, requestId: 'variable', timezone: 'utc', range, scopedVars },
      ...{ interval: '1m', intervalMs: 60_000, maxDataPoints: 1000, startTime: Date.now() },
      targets: [{ refId: 'variable', ...target }],
    } as unknown as DataQueryRequest<never>;
    const answer = await lastValueFrom(support.query(request));
    return answer.data as unknown as MetricFindValue[];
  }
  return (await source.metricFindQuery?.(query, { range, scopedVars })) ?? [];
}

function listed(query: string): VariableOption[] {
  return (query.match(/(?:\\,|[^,])+/g) ?? []).map((part) => {
    const text = part.trim().replaceAll('\\,', ',');
    const [, label, value] = /^(.+)\s:\s(.+)$/.exec(text) ?? [undefined, text, text];
    return { text: label, value };
  });
}

/** Only what the expression finds; its group, or `value` and `text` groups, are what remains. */
function narrowed(found: readonly MetricFindValue[], regex: string): VariableOption[] {
  const all = found.map(({ text, value }) => ({ text, value: String(value ?? text) }));
  const [, pattern, flags] = /^\/(.*)\/(\w*)$/.exec(regex) ?? [];
  if (!regex) return unique(all);
  const expression = new RegExp(pattern ?? `^${regex}$`, flags ?? '');
  return unique(
    all.flatMap((option) => {
      const match = expression.exec(option.value);
      if (match === null) return [];
      const value = match.groups?.['value'] ?? match[1] ?? match[0];
      return { value, text: match.groups?.['text'] ?? value };
    }),
  );
}

function unique(options: readonly VariableOption[]): VariableOption[] {
  return [...new Map(options.map((option) => [option.value, option])).values()];
}

/** Grafana's numbers for orders: odd ones rise, even ones fall. */
function sorted(options: VariableOption[], order: number | string | undefined): VariableOption[] {
  if (order === undefined || order === 0 || order === 'disabled') return options;
  const rises = typeof order === 'number' ? order % 2 === 1 : /Asc$/.test(order);
  const result = [...options].sort((a, b) => collator.compare(a.text, b.text));
  return rises ? result : result.reverse();
}

function valuesOf(value: unknown): string[] {
  if (value === undefined || value === null || value === '') return [];
  return Array.isArray(value) ? value.map(String) : [String(value)];
}
