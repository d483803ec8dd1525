/** The unit of an expression's result as metric names tell it: null where a rate, ratio or count makes it something else. */
export function unitOf(expression: string): string | null {
  const names =
    expression.match(
      /[a-zA-Z_:][\w:]*_(seconds|milliseconds|bytes|ratio|percent|celsius)(?:_bucket|_sum|_total)?\b/g,
    ) ?? [];
  if (/\)\s*\/\s*(\(|sum|avg)/.test(expression) && !/_sum\b/.test(expression)) {
    return expression.startsWith('100 *') ? '%' : 'ratio';
  }
  const units = new Set(
    names.map((name) => /_(seconds|milliseconds|bytes|ratio|percent|celsius)/.exec(name)?.[1] ?? ''),
  );
  if (units.size !== 1 || /_count\b/.test(expression) !== /_sum\b/.test(expression)) return null;
  const [unit] = units;
  const isRate = /\b(rate|irate|deriv)\s*\(/.test(expression);
  if (isRate && !/_bucket\b|_sum\b|histogram_/.test(expression)) return unit === 'bytes' ? 'B/s' : null;
  return unit === 'celsius' ? '°C' : unit;
}
