import {
  type ConfigOverrideRule,
  type DataFrame,
  type FieldConfigSource,
  FieldMatcherID,
  FieldType,
  getFieldDisplayName,
} from '@grafana/data';
import type { SeriesVisibilityChangeMode } from '@grafana/ui';

interface SystemRule extends ConfigOverrideRule {
  readonly __systemRef?: string;
}

const hidden = 'hideSeriesFrom';

/** What a click on a legend does to a panel's overrides: one series alone, or one more beside those that show. */
export function withVisibility(
  config: FieldConfigSource,
  label: string | string[] | null,
  mode: SeriesVisibilityChangeMode,
  frames: readonly DataFrame[],
): FieldConfigSource {
  const rules = config.overrides as readonly SystemRule[];
  const others = rules.filter(({ __systemRef }) => __systemRef !== hidden);
  const current = rules.find(({ __systemRef }) => __systemRef === hidden);
  const all = frames.flatMap((frame) =>
    frame.fields
      .filter(({ type }) => type === FieldType.number)
      .map((field) => getFieldDisplayName(field, frame, [...frames])),
  );
  const shown: string[] = current?.matcher.options?.names ?? all;
  const wanted = label === null ? all : [label].flat();
  const names = nextNames(wanted, shown, all, mode as string, current !== undefined);
  if (names.length === all.length || names.length === 0) return { ...config, overrides: others };
  const rule = {
    __systemRef: hidden,
    matcher: {
      id: FieldMatcherID.byNames,
      options: { mode: 'exclude', names, prefix: 'All except:', readOnly: true },
    },
    properties: [{ id: 'custom.hideFrom', value: { viz: true, legend: false, tooltip: true } }],
  };
  return { ...config, overrides: [...others, rule] };
}

function nextNames(
  wanted: readonly string[],
  shown: readonly string[],
  all: readonly string[],
  mode: string,
  isNarrowed: boolean,
): string[] {
  if (mode === 'setExactly') return [...wanted];
  if (mode === 'append') {
    const rest = shown.filter((name) => !wanted.includes(name));
    return rest.length < shown.length ? rest : [...shown, ...wanted];
  }
  const isAlone =
    isNarrowed && shown.length === wanted.length && wanted.every((name) => shown.includes(name));
  return isAlone ? [...all] : [...wanted];
}

export function withColor(config: FieldConfigSource, label: string, color: string): FieldConfigSource {
  const property = { id: 'color', value: { mode: 'fixed', fixedColor: color } };
  const isOf = ({ matcher }: ConfigOverrideRule): boolean =>
    matcher.id === FieldMatcherID.byName && matcher.options === label;
  const existing = config.overrides.find(isOf);
  const rule: ConfigOverrideRule = {
    matcher: { id: FieldMatcherID.byName, options: label },
    properties: [...(existing?.properties ?? []).filter(({ id }) => id !== 'color'), property],
  };
  return { ...config, overrides: [...config.overrides.filter((each) => each !== existing), rule] };
}
