import { type Field, formattedValueToString, getValueFormat } from '@grafana/data';
import { translate } from './texts.ts';

export interface Formats {
  /** A value of a cell, as the field's configuration wants it: unit, decimals, mappings, what stands for none. */
  value(value: number, field?: Field): string;
  /** A bound of a bucket. */
  bound(value: number): string;
  /** Both bounds of a bucket. */
  bounds(lower: number, upper: number): string;
  /** A part of a whole, from 0 to 1. */
  share(part: number): string;
}

export function formatsFor(field: Field, rowUnit: string): Formats {
  const format = getValueFormat(rowUnit === '' ? 'short' : rowUnit);
  const bound = (value: number): string => {
    if (value === Number.POSITIVE_INFINITY) return '+Inf';
    if (value === Number.NEGATIVE_INFINITY) return '-Inf';
    return formattedValueToString(format(value, decimalsOf(value, rowUnit))).trim();
  };
  return {
    value(value, own = field) {
      if (Number.isNaN(value)) return own.config.noValue ?? translate('cell.empty');
      if (own.display !== undefined) return formattedValueToString(own.display(value));
      return formattedValueToString(getValueFormat('short')(value));
    },
    bound,
    bounds(lower, upper) {
      if (lower === Number.NEGATIVE_INFINITY) return `≤ ${bound(upper)}`;
      if (upper === Number.POSITIVE_INFINITY) return `> ${bound(lower)}`;
      return `${bound(lower)} – ${bound(upper)}`;
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
