import { type DataFrame, VariableOrigin, type VariableSuggestion } from '@grafana/data';

/** What a link may name: the value, its series, its time, its labels. */
export function suggestionsOf(frames: readonly DataFrame[]): VariableSuggestion[] {
  const labels = new Set(
    frames.flatMap(({ fields }) => fields.flatMap(({ labels: own }) => Object.keys(own ?? {}))),
  );
  const make = (value: string, origin: VariableOrigin): VariableSuggestion => ({
    value,
    label: value,
    origin,
  });
  return [
    ...['__value.raw', '__value.text', '__value.time'].map((name) => make(name, VariableOrigin.Value)),
    make('__series.name', VariableOrigin.Series),
    ...[...labels].map((name) => make(`__field.labels.${name}`, VariableOrigin.Field)),
    ...['__url_time_range', '__all_variables'].map((name) => make(name, VariableOrigin.Template)),
  ];
}
