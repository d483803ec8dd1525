import {
  type AdHocVariableFilter,
  dateTime,
  type ScopedVars,
  type TimeRange,
  type TypedVariableModel,
  urlUtil,
} from '@grafana/data';
import { formatValue } from './format.ts';
import { dataMacro } from './macros.ts';

export const allValue = '$__all';

export interface VariableOption {
  readonly text: string;
  readonly value: string;
}

export interface VariableValue {
  readonly name: string;
  readonly values: readonly string[];
  readonly isAll: boolean;
}

/** A variable as it stands: what may be chosen and what is. */
export interface VariableState {
  readonly model: TypedVariableModel;
  readonly options: readonly VariableOption[];
  readonly values: readonly string[];
  readonly error?: string;
}

/** `$name`, `${name.path:format}` and `[[name:format]]`. */
const reference =
  /\$(\w+)|\$\{(\w+)((?:\.[^:^}]+|\[[^\]]+\][^:}]*))?(?::([^}]+))?\}|\[\[(\w+)(?::(\w+))?\]\]/g;

/** The dashboard's variables and filters, and how references to them are replaced, as Grafana does it. */
export class Variables {
  #states: readonly VariableState[] = [];
  #filters: readonly AdHocVariableFilter[] = [];
  #groupBy: readonly string[] = [];
  #range: TimeRange | undefined;
  #version = 0;
  readonly #listeners = new Set<() => void>();

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Rises with every change of what a query could depend on. */
  readonly version = (): number => this.#version;

  get states(): readonly VariableState[] {
    return this.#states;
  }

  get filters(): readonly AdHocVariableFilter[] {
    return this.#filters;
  }

  get groupBy(): readonly string[] {
    return this.#groupBy;
  }

  setStates(states: readonly VariableState[]): void {
    const before = JSON.stringify(this.#states.map(({ model, values }) => [model.name, values]));
    this.#states = states;
    if (before !== JSON.stringify(states.map(({ model, values }) => [model.name, values]))) this.#changed();
  }

  /** Values alone, for what has no dashboard; all of them means any. */
  set(values: readonly VariableValue[], models: readonly TypedVariableModel[]): void {
    this.setStates(
      values.map(({ name, values: chosen, isAll }) => {
        const model = models.find((each) => each.name === name) ?? { name, type: 'custom', allValue: '.*' };
        return {
          model: model as TypedVariableModel,
          options: chosen.map((value) => ({ text: value, value })),
          values: isAll ? [allValue] : chosen,
        };
      }),
    );
  }

  setFilters(filters: readonly AdHocVariableFilter[]): void {
    this.#filters = filters;
    this.#changed();
  }

  setGroupBy(keys: readonly string[]): void {
    this.#groupBy = keys;
    this.#changed();
  }

  /** For `$__from`, `$__to` and `$__range`. */
  setRange(range: TimeRange): void {
    this.#range = range;
  }

  range(): TimeRange | undefined {
    return this.#range;
  }

  models(): TypedVariableModel[] {
    return this.#states.map(({ model, values, options }) => ({
      ...model,
      current: { value: values.length === 1 ? values[0] : [...values], text: textOf(values, options) },
      options: options.map((option) => ({ ...option, selected: values.includes(option.value) })),
    })) as TypedVariableModel[];
  }

  contains(target: string | undefined): boolean {
    if (target === undefined) return false;
    return [...target.matchAll(reference)].some(([, a, b, , , c]) =>
      this.#states.some(({ model }) => model.name === (a ?? b ?? c)),
    );
  }

  /** `var-name=value` for each, as in an address. */
  urlParameters(): Record<string, string[]> {
    const all: Record<string, string[]> = {};
    for (const { model, values } of this.#states) {
      if (model.type !== 'adhoc' && !model.skipUrlSync) all[`var-${model.name}`] = [...values];
    }
    return all;
  }

  replace(
    target: string | undefined,
    scoped: ScopedVars = {},
    format?: string | ((value: unknown) => string),
  ): string {
    if (target === undefined) return '';
    return target.replace(reference, (match, a, b, path, formatB, c, formatC) => {
      const name = (a ?? b ?? c) as string;
      const own = (formatB ?? formatC) as string | undefined;
      if (name === '__all_variables') return urlUtil.toUrlParams(this.urlParameters());
      if (name === '__url_time_range') return this.#rangeParameters();
      const found = this.#valueOf(name, path as string | undefined, scoped, own);
      if (found === undefined) return match;
      const { value, isFinal } = found;
      return isFinal ? String(value) : formatValue(value, own ?? format, name);
    });
  }

  #valueOf(
    name: string,
    path: string | undefined,
    scoped: ScopedVars,
    format: string | undefined,
  ): { value: unknown; isFinal?: boolean } | undefined {
    const given = scoped[name];
    if (given !== undefined) {
      const value = path === undefined ? given.value : at(given.value, path);
      if (value !== undefined) return { value: format === 'text' ? (given.text ?? value) : value };
    }
    const macro = dataMacro(name, path, scoped);
    if (macro !== undefined) return { value: macro };
    const builtIn = this.#builtIn(name);
    if (builtIn !== undefined) return { value: builtIn };
    const state = this.#states.find(({ model }) => model.name === name);
    if (state === undefined) return undefined;
    const { values, options, model } = state;
    if (format === 'text') return { value: textOf(values, options), isFinal: true };
    if (!values.includes(allValue)) return { value: values.length === 1 ? values[0] : [...values] };
    const custom = (model as { allValue?: string | null }).allValue;
    // What somebody wrote for "all" is taken as it is.
    if (custom) return { value: custom, isFinal: true };
    return { value: options.map(({ value }) => value).filter((value) => value !== allValue) };
  }

  #builtIn(name: string): string | undefined {
    const range = this.#range;
    if (range === undefined) return undefined;
    const [fromMs, toMs] = [range.from.valueOf(), range.to.valueOf()];
    if (name === '__from') return String(fromMs);
    if (name === '__to') return String(toMs);
    if (name === '__range_ms') return String(toMs - fromMs);
    if (name === '__range_s') return String(Math.round((toMs - fromMs) / 1000));
    if (name === '__range') return `${Math.round((toMs - fromMs) / 1000)}s`;
    return undefined;
  }

  #rangeParameters(): string {
    const { from, to } = this.#range?.raw ?? { from: 'now-1h', to: 'now' };
    const text = (time: unknown): string =>
      typeof time === 'string' ? time : String(dateTime(time as never).valueOf());
    return urlUtil.toUrlParams({ from: text(from), to: text(to) });
  }

  #changed(): void {
    this.#version += 1;
    for (const listener of this.#listeners) listener();
  }
}

function textOf(values: readonly string[], options: readonly VariableOption[]): string {
  const texts = values.map((value) => options.find((option) => option.value === value)?.text ?? value);
  return texts.map((text) => (text === allValue ? 'All' : text)).join(' + ');
}

function at(value: unknown, path: string): unknown {
  let found: unknown = value;
  for (const key of path.split('.').filter((part) => part !== ''))
    found = (found as Record<string, unknown> | undefined)?.[key];
  return found;
}
