/**
 * Numbers as Go prints them with %v: the shortest digits that read back the same, exponent form below 1e-4
 * and from 1e6 on (strconv, format g with precision -1).
 */
export function formatGoFloat(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  if (value === 0) return Object.is(value, -0) ? '-0' : '0';
  const [mantissa, exponentText] = value.toExponential().split('e');
  const exponent = Number(exponentText);
  if (exponent < -4 || exponent >= 6) {
    return `${mantissa}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
  }
  return plainDecimal(value);
}

function plainDecimal(value: number): string {
  const text = String(value);
  if (!text.includes('e')) return text;
  return value.toFixed(20).replace(/0+$/, '');
}

/** `%.4g` of C and Go. */
export function formatSignificant(value: number, digits: number): string {
  if (!Number.isFinite(value)) return formatGoFloat(value);
  if (value === 0) return '0';
  const [mantissa, exponentText] = value.toExponential(Math.max(0, digits - 1)).split('e');
  const exponent = Number(exponentText);
  const trim = (text: string): string => (text.includes('.') ? text.replace(/\.?0+$/, '') : text);
  if (exponent < -4 || exponent >= digits) {
    return `${trim(mantissa)}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
  }
  return trim(value.toFixed(Math.max(0, digits - 1 - exponent)));
}

/** With a decimal prefix: 1234567 is `1.235M`, 0.0012 is `1.2m`. */
export function humanize(value: number): string {
  if (value === 0 || !Number.isFinite(value)) return formatSignificant(value, 4);
  let scaled = value;
  let prefix = '';
  const steps =
    Math.abs(value) >= 1
      ? ['k', 'M', 'G', 'T', 'P', 'E', 'Z', 'Y']
      : ['m', 'u', 'n', 'p', 'f', 'a', 'z', 'y'];
  for (const step of steps) {
    if (Math.abs(value) >= 1 ? Math.abs(scaled) < 1000 : Math.abs(scaled) >= 1) break;
    prefix = step;
    scaled = Math.abs(value) >= 1 ? scaled / 1000 : scaled * 1000;
  }
  return `${formatSignificant(scaled, 4)}${prefix}`;
}

/** With a binary prefix: 2048 is `2ki`. */
export function humanize1024(value: number): string {
  if (Math.abs(value) <= 1 || !Number.isFinite(value)) return formatSignificant(value, 4);
  let scaled = value;
  let prefix = '';
  for (const step of ['ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei', 'Zi', 'Yi']) {
    if (Math.abs(scaled) < 1024) break;
    prefix = step;
    scaled /= 1024;
  }
  return `${formatSignificant(scaled, 4)}${prefix}`;
}

/** Seconds as `1d 2h 3m 4s`, or with a prefix under a second. */
export function humanizeDuration(seconds: number): string {
  if (!Number.isFinite(seconds)) return formatSignificant(seconds, 4);
  if (seconds === 0) return '0s';
  if (Math.abs(seconds) < 1) {
    let scaled = seconds;
    let prefix = '';
    for (const step of ['m', 'u', 'n', 'p', 'f', 'a', 'z', 'y']) {
      if (Math.abs(scaled) >= 1) break;
      prefix = step;
      scaled *= 1000;
    }
    return `${formatSignificant(scaled, 4)}${prefix}s`;
  }
  const sign = seconds < 0 ? '-' : '';
  const whole = Math.trunc(Math.abs(seconds));
  const [d, h, m, s] = [
    Math.floor(whole / 86_400),
    Math.floor(whole / 3600) % 24,
    Math.floor(whole / 60) % 60,
    whole % 60,
  ];
  if (d > 0) return `${sign}${d}d ${h}h ${m}m ${s}s`;
  if (h > 0) return `${sign}${h}h ${m}m ${s}s`;
  if (m > 0) return `${sign}${m}m ${s}s`;
  return `${sign}${formatSignificant(Math.abs(seconds), 4)}s`;
}

export function humanizePercentage(ratio: number): string {
  return `${formatSignificant(ratio * 100, 4)}%`;
}

/** Seconds since the epoch as `2006-01-02 15:04:05.999 +0000 UTC`. */
export function humanizeTimestamp(seconds: number): string {
  if (!Number.isFinite(seconds) || Math.abs(seconds) > 8.64e12) return formatSignificant(seconds, 4);
  const [date, time] = new Date(Math.round(seconds * 1000)).toISOString().split('T');
  const clock = time.slice(0, -1).replace(/\.?0+$/, (zeros) => (zeros.startsWith('.') ? '' : zeros));
  return `${date} ${clock} +0000 UTC`;
}

/** The verbs of fmt.Printf that alert texts use: %s %v %d %f %e %g %q %t %x %% with flags, width and precision. */
export function formatPrintf(format: string, values: readonly unknown[]): string {
  let next = 0;
  const text = format.replace(
    /%([-+ 0#]*)(\d+)?(?:\.(\d+))?([a-zA-Z%])/g,
    (_, flags: string, width, precision, verb: string) => {
      if (verb === '%') return '%';
      if (next >= values.length) return `%!${verb}(MISSING)`;
      const body = formatVerb(
        verb,
        values[next++],
        precision === undefined ? undefined : Number(precision),
        flags,
      );
      const size = Number(width ?? 0);
      if (flags.includes('-')) return body.padEnd(size);
      const zeros = flags.includes('0') && /^[+-]?\d/.test(body);
      return zeros
        ? body.replace(/^([+-]?)/, (sign: string) => sign.padEnd(size - body.length + sign.length, '0'))
        : body.padStart(size);
    },
  );
  return next < values.length ? `${text}%!(EXTRA ${values.slice(next).map(String).join(', ')})` : text;
}

function formatVerb(verb: string, value: unknown, precision: number | undefined, flags: string): string {
  const number = typeof value === 'number' ? value : Number.NaN;
  const signed = (text: string): string => (flags.includes('+') && number >= 0 ? `+${text}` : text);
  switch (verb) {
    case 'd':
      return typeof value === 'number' ? signed(String(Math.trunc(number))) : `%!d(${String(value)})`;
    case 'f':
    case 'F':
      return typeof value === 'number' ? signed(fixed(number, precision ?? 6)) : `%!f(${String(value)})`;
    case 'e':
      return typeof value === 'number'
        ? signed(number.toExponential(precision ?? 6).replace(/e([+-])(\d)$/, 'e$10$2'))
        : `%!e(${String(value)})`;
    case 'g':
      if (typeof value !== 'number') return `%!g(${String(value)})`;
      return signed(
        precision === undefined ? formatGoFloat(number) : formatSignificant(number, precision || 1),
      );
    case 'q':
      return JSON.stringify(printed(value));
    case 'x':
      return typeof value === 'number'
        ? number.toString(16)
        : Array.from(String(value), (c) => c.charCodeAt(0).toString(16).padStart(2, '0')).join('');
    case 's':
    case 'v':
    case 't': {
      const text = printed(value);
      return precision === undefined ? text : text.slice(0, precision);
    }
    default:
      return `%!${verb}(${printed(value)})`;
  }
}

function fixed(value: number, digits: number): string {
  return Number.isFinite(value) ? value.toFixed(Math.min(100, digits)) : formatGoFloat(value);
}

/** What `{{ value }}` shows. */
export function printed(value: unknown): string {
  if (typeof value === 'number') return formatGoFloat(value);
  if (value === undefined || value === null) return '<no value>';
  if (Array.isArray(value)) return `[${value.map(printed).join(' ')}]`;
  if (value instanceof Map)
    return `map[${[...value].map(([key, each]) => `${key}:${printed(each)}`).join(' ')}]`;
  return String(value);
}
