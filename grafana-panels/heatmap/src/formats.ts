import { type Field, formattedValueToString, getValueFormat } from '@grafana/data';

export interface Formats {
  /** A value of a cell, as the field's configuration wants it: unit, decimals, mappings. */
  value(value: number): string;
  /** A bound of a bucket. */
  bound(value: number): string;
  /** A part of a whole, from 0 to 1. */
  share(part: number): string;
}

export function formatsFor(field: Field, rowUnit: string): Formats {
  const format = getValueFormat(rowUnit === '' ? 'short' : rowUnit);
  return {
    value: (value) =>
      field.display === undefined
        ? formattedValueToString(getValueFormat('short')(value))
        : formattedValueToString(field.display(value)),
    bound(value) {
      if (value === Number.POSITIVE_INFINITY) return '+Inf';
      if (value === Number.NEGATIVE_INFINITY) return '-Inf';
      return formattedValueToString(format(value, decimalsOf(value, rowUnit))).trim();
    },
    share: (part) => (Number.isNaN(part) ? '–' : `${(part * 100).toFixed(part > 0 && part < 0.1 ? 2 : 1)} %`),
  };
}

/** As many as a plain number has, up to three digits that matter; units choose their own. */
function decimalsOf(value: number, unit: string): number | null {
  if (unit !== '' && unit !== 'short' && unit !== 'none') return null;
  if (value === 0 || Math.abs(value) >= 1000) return null;
  return Math.max(0, Math.min(6, 2 - Math.floor(Math.log10(Math.abs(value))))) === 0
    ? 0
    : decimalsNeeded(value);
}

function decimalsNeeded(value: number): number {
  const text = String(Number(value.toPrecision(3)));
  const point = text.indexOf('.');
  return point < 0 ? 0 : Math.min(6, text.length - point - 1);
}
