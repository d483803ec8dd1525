import type { DataFrame, FieldConfigSource } from '@grafana/data';
import { useRef } from 'react';

/**
 * The frames of before, as long as they have the very same values and configuration: with every step of a request (it
 * loads, it is done) come new frames around what was there already, and fifty thousand alerts are not read twice.
 */
export function useSameSeries(
  series: readonly DataFrame[],
  fieldConfig: FieldConfigSource,
): readonly DataFrame[] {
  const kept = useRef({ series, fieldConfig });
  if (kept.current.fieldConfig !== fieldConfig || !haveSameValues(kept.current.series, series))
    kept.current = { series, fieldConfig };
  return kept.current.series;
}

export function haveSameValues(before: readonly DataFrame[], now: readonly DataFrame[]): boolean {
  if (before === now) return true;
  return (
    before.length === now.length &&
    before.every((frame, i) => {
      const { fields, refId, meta } = now[i];
      return (
        frame.refId === refId &&
        frame.meta?.dataTopic === meta?.dataTopic &&
        frame.length === now[i].length &&
        frame.fields.length === fields.length &&
        frame.fields.every(({ name, values }, f) => fields[f].name === name && fields[f].values === values)
      );
    })
  );
}
