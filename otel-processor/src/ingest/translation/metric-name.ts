import type { IngestConfig } from '../config.ts';
import { unitWordsOf } from './units.ts';

export type NameTranslation = IngestConfig['name_translation'];

/** What of a metric's type its name shows. */
export type NamedType = 'gauge' | 'monotonic_sum' | 'other';

export interface NameStrategy {
  readonly escape: boolean;
  readonly suffixes: boolean;
}

export function nameStrategy(translation: NameTranslation): NameStrategy {
  return {
    escape: translation.startsWith('UnderscoreEscaping'),
    suffixes: translation.endsWith('WithSuffixes'),
  };
}

/**
 * The Prometheus name of an OpenTelemetry metric; empty when nothing of the name is left. For example
 * `http.server.duration`, `ms`, other: `http_server_duration_milliseconds`.
 */
export function metricName(strategy: NameStrategy, name: string, unit: string, type: NamedType): string {
  // Suffixes alone are no name.
  if (!(strategy.escape ? /[a-zA-Z0-9:]/ : /./su).test(name)) return '';
  if (!strategy.escape) return strategy.suffixes ? suffixed(name, unit, type) : name;
  const translated = strategy.suffixes
    ? escapedWithSuffixes(name, unit, type)
    : name
        .split(/[^a-zA-Z0-9:_]+/)
        .filter(Boolean)
        .join('_');
  return /^[0-9]/.test(translated) ? `_${translated}` : translated;
}

/** The unit as the `unit` field of Prometheus's metadata, for example `bytes_per_second`. */
export function unitName(strategy: NameStrategy, unit: string): string {
  const { main, per } = unitWordsOf(unit);
  const text = main !== '' && per !== '' ? `${main}_${per}` : main + per;
  return strategy.escape ? tokens(text).join('_') : text;
}

function tokens(text: string): string[] {
  return text.split(/[^a-zA-Z0-9:]+/).filter(Boolean);
}

function escapedWithSuffixes(name: string, unit: string, type: NamedType): string {
  let words = tokens(name);
  const { main, per } = unitWordsOf(unit);
  for (const suffix of [tokens(main).join('_'), tokens(per).join('_')]) {
    // `per` alone is what is left of a denominator without a letter or digit.
    if (suffix !== '' && suffix !== 'per' && !words.includes(suffix)) words.push(suffix);
  }
  if (type === 'monotonic_sum') words = [...words.filter((word) => word !== 'total'), 'total'];
  if (type === 'gauge' && unit === '1') words = [...words.filter((word) => word !== 'ratio'), 'ratio'];
  return words.join('_');
}

/** With UTF-8 names the parts are not tokens: a suffix that is already at the end moves behind the unit. */
function suffixed(name: string, unit: string, type: NamedType): string {
  const { main, per } = unitWordsOf(unit);
  const typeSuffix = type === 'monotonic_sum' ? 'total' : type === 'gauge' && unit === '1' ? 'ratio' : '';
  let stem = withoutSuffix(name, typeSuffix);
  stem = withoutSuffix(stem, per);
  if (main !== '' && !stem.endsWith(main)) stem = `${stem}_${main}`;
  return [stem, per, typeSuffix].filter(Boolean).join('_');
}

/** Drops `suffix` and the delimiter before it, whichever that is. */
function withoutSuffix(name: string, suffix: string): string {
  if (suffix === '' || !name.endsWith(suffix) || name.length <= suffix.length + 1) return name;
  return name.slice(0, -(suffix.length + 1));
}
