import type { ScopedVars, TypedVariableModel } from '@grafana/data';

export interface VariableValue {
  readonly name: string;
  readonly values: readonly string[];
  readonly isAll: boolean;
}

/** What a dashboard's variables are when it is opened. */
export function initialValues(models: readonly TypedVariableModel[]): VariableValue[] {
  return models.flatMap((model) => {
    const { name, current } = model as { name: string; current?: { value?: unknown } };
    if (current?.value === undefined) return [];
    const values = [current.value].flat().map(String);
    return [{ name, values, isAll: values.includes('$__all') }];
  });
}

const reference = /\$(\w+)|\$\{(\w+)(?::(\w+))?\}|\[\[(\w+)(?::(\w+))?\]\]/g;

/** The page's variables and how `$name`, `${name:format}` and `[[name]]` are replaced, as Grafana does it. */
export class Variables {
  #values = new Map<string, VariableValue>();
  #models: TypedVariableModel[] = [];

  set(values: readonly VariableValue[], models: readonly TypedVariableModel[]): void {
    this.#values = new Map(values.map((value) => [value.name, value]));
    this.#models = [...models];
  }

  models(): TypedVariableModel[] {
    return this.#models;
  }

  contains(target: string | undefined): boolean {
    return target !== undefined && target.search(reference) >= 0;
  }

  replace(
    target: string | undefined,
    scoped: ScopedVars = {},
    format?: string | ((value: unknown) => string),
  ): string {
    if (target === undefined) return '';
    return target.replace(reference, (match, a, b, formatB, c, formatC) => {
      const name = (a ?? b ?? c) as string;
      const how = (formatB ?? formatC ?? format) as string | ((value: unknown) => string) | undefined;
      const scopedValue = scoped[name];
      const found = this.#values.get(name);
      const value = scopedValue?.value ?? (found?.isAll === true ? '.*' : found?.values);
      if (value === undefined) return match;
      return formatValue(value, how);
    });
  }
}

function formatValue(value: unknown, how: string | ((value: unknown) => string) | undefined): string {
  if (typeof how === 'function') return how(value);
  const list = Array.isArray(value) ? value.map(String) : [String(value)];
  if (how === 'csv' || how === 'raw') return list.join(',');
  if (how === 'pipe') return list.join('|');
  if (how === 'regex') {
    const escaped = list.map((text) => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'));
    return escaped.length === 1 ? escaped[0] : `(${escaped.join('|')})`;
  }
  if (how === 'json') return JSON.stringify(value);
  if (how === 'doublequote') return list.map((text) => `"${text}"`).join(',');
  return list.length === 1 ? list[0] : `{${list.join(',')}}`;
}
