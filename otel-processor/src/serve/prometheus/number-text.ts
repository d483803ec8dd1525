/**
 * A sample's value as Prometheus writes it. JavaScript's own notation agrees with its (shortest round trip,
 * exponents from 1e21 and below 1e-6), except for the infinities and negative zero.
 */
export function valueText(value: number): string {
  if (value === 0) return Object.is(value, -0) ? '-0' : '0';
  if (value === Number.POSITIVE_INFINITY) return '+Inf';
  if (value === Number.NEGATIVE_INFINITY) return '-Inf';
  return String(value);
}

/** Milliseconds since the epoch as seconds, with three decimals unless they are zero. */
export function timeText(timestampMs: number): string {
  const ms = Math.round(timestampMs);
  const rest = Math.abs(ms % 1000);
  if (rest === 0) return String(ms / 1000);
  const seconds = Math.trunc(ms / 1000);
  const sign = ms < 0 && seconds === 0 ? '-' : '';
  return `${sign}${seconds}.${rest < 10 ? '00' : rest < 100 ? '0' : ''}${rest}`;
}
