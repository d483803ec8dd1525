/**
 * UCUM units to the words that Prometheus names end in (OpenTelemetry specification, compatibility with
 * Prometheus and OpenMetrics, "Metric metadata: unit").
 */
const unitWords: ReadonlyMap<string, string> = new Map([
  ['d', 'days'],
  ['h', 'hours'],
  ['min', 'minutes'],
  ['s', 'seconds'],
  ['ms', 'milliseconds'],
  ['us', 'microseconds'],
  ['ns', 'nanoseconds'],
  ['By', 'bytes'],
  ['KiBy', 'kibibytes'],
  ['MiBy', 'mebibytes'],
  ['GiBy', 'gibibytes'],
  ['TiBy', 'tebibytes'],
  ['kBy', 'kilobytes'],
  ['KBy', 'kilobytes'],
  ['MBy', 'megabytes'],
  ['GBy', 'gigabytes'],
  ['TBy', 'terabytes'],
  ['m', 'meters'],
  ['V', 'volts'],
  ['A', 'amperes'],
  ['J', 'joules'],
  ['W', 'watts'],
  ['g', 'grams'],
  ['Cel', 'celsius'],
  ['Hz', 'hertz'],
  ['%', 'percent'],
  ['1', ''],
]);

/** After a slash a unit is singular, and `m` is a minute. */
const perUnitWords: ReadonlyMap<string, string> = new Map([
  ['s', 'second'],
  ['m', 'minute'],
  ['h', 'hour'],
  ['d', 'day'],
  ['w', 'week'],
  ['mo', 'month'],
  ['y', 'year'],
]);

export interface UnitWords {
  /** For example `bytes`; empty when the unit has no word, such as `1` or `{request}`. */
  readonly main: string;
  /** For example `per_second`; empty when the unit has no denominator. */
  readonly per: string;
}

/** `By/s` to `{ main: 'bytes', per: 'per_second' }`. Unknown units stay as they are; `{annotations}` go. */
export function unitWordsOf(unit: string): UnitWords {
  const slash = unit.indexOf('/');
  const main = word(slash < 0 ? unit : unit.slice(0, slash), unitWords);
  const per = slash < 0 ? '' : word(unit.slice(slash + 1), perUnitWords);
  return { main, per: per === '' ? '' : `per_${per}` };
}

function word(unit: string, words: ReadonlyMap<string, string>): string {
  const plain = unit.trim();
  if (/[{}]/.test(plain)) return '';
  return words.get(plain) ?? plain;
}
