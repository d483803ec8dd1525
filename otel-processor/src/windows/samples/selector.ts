import { type Fault, isFault, permanent } from '../../base/index.ts';
import {
  createMatcher,
  type LabelSet,
  type Matcher,
  type MatchType,
  METRIC_NAME,
} from '../../model/index.ts';

/** What a series of a view's metric is: its numbers, a classic histogram's buckets, or their count. */
export type SeriesRole = 'value' | 'bucket' | 'count';

/** Chooses the series of a metric. */
export interface SampleSelector {
  /** Undefined for series that are not the metric's. */
  roleOf(labels: LabelSet): SeriesRole | undefined;
  /** The same as matchers for a store; they may let more through than `roleOf`. */
  readonly matchers: readonly Matcher[];
}

/**
 * Words that a metric's name may end in after what OpenTelemetry calls it (OpenTelemetry specification, compatibility
 * with Prometheus): units, then `_total` of counters.
 */
const suffix =
  '(?:_(?:days|hours|minutes|seconds|milliseconds|microseconds|nanoseconds|(?:kibi|mebi|gibi|tebi|kilo|mega|giga|tera)?bytes|meters|volts|amperes|joules|watts|grams|celsius|hertz|percent|ratio))?(?:_per_(?:second|minute|hour|day|week|month|year))?(?:_total)?';

const condition =
  /\s*([a-zA-Z_][a-zA-Z0-9_]*|"(?:[^"\\]|\\.)*")\s*(=~|!~|!=|=)\s*("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')\s*(,|$)/y;

/**
 * Reads a PromQL series selector, `name{label="text", other=~"a|b"}`, or a metric's name alone. A name with dots is
 * what OpenTelemetry calls the metric: it stands for the Prometheus name with whatever unit it got. A histogram's name
 * stands for its buckets and its count too. Fault `invalid` with what was not understood.
 */
export function parseSampleSelector(text: string): SampleSelector | Fault {
  const shape = /^\s*([^{}\s]*)\s*(?:\{(.*)\})?\s*$/s.exec(text);
  if (shape === null || (shape[1] === '' && (shape[2] ?? '').trim() === '')) {
    return permanent('invalid', 'expected a metric name or a selector, for example latency_ms{route="/pay"}');
  }
  const [, name, body = ''] = shape;
  const conditions = parseConditions(body);
  if (isFault(conditions)) return conditions;
  return name === '' ? byConditions(conditions) : byName(name, conditions);
}

function parseConditions(body: string): readonly Matcher[] | Fault {
  const matchers: Matcher[] = [];
  for (let at = 0; body.slice(at).trim() !== ''; ) {
    condition.lastIndex = at;
    const match = condition.exec(body);
    if (match === null) {
      return permanent(
        'invalid',
        `expected label="text" at ${JSON.stringify(body.slice(at).trim().slice(0, 40))}`,
      );
    }
    const [whole, label, operator, quoted] = match;
    const matcher = createMatcher(operator as MatchType, textOf(label), textOf(quoted));
    if (isFault(matcher)) return matcher;
    matchers.push(matcher);
    at += whole.length;
  }
  return matchers;
}

/** Without its quotes and escapes. */
function textOf(quoted: string): string {
  if (!/^["']/.test(quoted)) return quoted;
  return quoted
    .slice(1, -1)
    .replace(/\\(.)/gs, (_, char: string) => ({ n: '\n', t: '\t', r: '\r' })[char] ?? char);
}

function byConditions(matchers: readonly Matcher[]): SampleSelector {
  return {
    matchers,
    roleOf(labels) {
      if (!meets(matchers, labels)) return undefined;
      return labels.metricName?.endsWith('_bucket') && labels.has('le') ? 'bucket' : 'value';
    },
  };
}

function byName(name: string, conditions: readonly Matcher[]): SampleSelector | Fault {
  const family = namePattern(name);
  const test = createMatcher('=~', METRIC_NAME, `(?:${family})(?:_bucket|_count)?`);
  if (isFault(test)) return test;
  const isFamily = new RegExp(`^(?:${family})$`);
  const roles = new Map<string, SeriesRole | undefined>();
  const roleOfName = (metricName: string): SeriesRole | undefined => {
    if (isFamily.test(metricName)) return 'value';
    if (metricName.endsWith('_bucket') && isFamily.test(metricName.slice(0, -7))) return 'bucket';
    return metricName.endsWith('_count') && isFamily.test(metricName.slice(0, -6)) ? 'count' : undefined;
  };
  return {
    matchers: [test, ...conditions],
    roleOf(labels) {
      const metricName = labels.metricName ?? '';
      let role = roles.get(metricName);
      if (role === undefined && !roles.has(metricName)) {
        if (roles.size >= NAMES_MAX) roles.clear();
        role = roleOfName(metricName);
        roles.set(metricName, role);
      }
      return role !== undefined && meets(conditions, labels) ? role : undefined;
    },
  };
}

/** Metric names whose role is remembered. */
const NAMES_MAX = 10_000;

/** A regular expression of the names that a metric's name stands for. Safe: its parts are literals and fixed words. */
function namePattern(name: string): string {
  const literal = name.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  if (!name.includes('.')) return literal;
  const underscored = name.replace(/[^a-zA-Z0-9_:]/g, '_').replace(/_+/g, '_');
  return `${literal}|${underscored}${suffix}|${literal}${suffix}`;
}

function meets(matchers: readonly Matcher[], labels: LabelSet): boolean {
  return matchers.every((matcher) => matcher.matches(labels.get(matcher.name) ?? ''));
}
