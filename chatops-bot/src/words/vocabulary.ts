import { conceptOf, partsOf, stemOf } from './tokens.ts';

export type MetricKind = 'counter' | 'gauge' | 'histogram' | 'native_histogram';

/** A metric as it is there now. Classic histograms are one metric, without `_bucket`, `_sum` and `_count`. */
export interface Metric {
  readonly name: string;
  readonly kind: MetricKind;
  readonly help: string;
  readonly labels: readonly string[];
}

/** What there is to ask about. */
export interface Vocabulary {
  readonly metrics: readonly Metric[];
  /** By label. */
  readonly values: ReadonlyMap<string, readonly string[]>;
}

/** A metric, taken apart for comparing. */
export interface IndexedMetric extends Metric {
  /** Stems of what the name says, without its units. */
  readonly nameStems: readonly string[];
  /** Stems of units and of what they measure. */
  readonly unitStems: readonly string[];
  readonly helpStems: ReadonlySet<string>;
}

/** A value that some words may stand for. */
export interface ValueMatch {
  readonly label: string;
  readonly value: string;
  /** 1: the whole value; less for its beginning or end. */
  readonly quality: number;
}

export interface VocabularyIndex {
  readonly metrics: readonly IndexedMetric[];
  readonly values: Vocabulary['values'];
  /** How telling a concept is: 1 when one metric has it in its name, towards 0 when all have. */
  rarity(stem: string): number;
  /** By stems, joined by a space. */
  valuesFor(phrase: string): readonly ValueMatch[];
  /** Whether any metric's name or label has it. */
  isKnown(stem: string): boolean;
}

const VALUES_INDEXED_MAX = 50_000;
const unitParts = new Set([
  ...[
    'total',
    'seconds',
    'milliseconds',
    'bytes',
    'ratio',
    'celsius',
    'count',
    'sum',
    'bucket',
    'info',
    'percent',
  ],
  ...['euros', 'dollars', 'usd', 'eur'],
]);

export function indexOf(vocabulary: Vocabulary): VocabularyIndex {
  const metrics = vocabulary.metrics.map(indexedMetric);
  const metricCounts = new Map<string, number>();
  const known = new Set<string>();
  for (const { nameStems, labels } of metrics) {
    for (const concept of new Set(nameStems.map(conceptOf))) {
      metricCounts.set(concept, (metricCounts.get(concept) ?? 0) + 1);
      known.add(concept);
    }
    for (const label of labels) for (const part of partsOf(label)) known.add(conceptOf(stemOf(part)));
  }
  const scale = Math.log(metrics.length + 1);
  const phrases = valuePhrases(vocabulary.values);
  return {
    metrics,
    values: vocabulary.values,
    rarity: (stem) => Math.log((metrics.length + 1) / (metricCounts.get(conceptOf(stem)) ?? 1)) / scale,
    valuesFor: (phrase) => phrases.get(phrase) ?? [],
    isKnown: (stem) => known.has(conceptOf(stem)),
  };
}

function indexedMetric(metric: Metric): IndexedMetric {
  const parts = partsOf(metric.name);
  const isUnit = (part: string, at: number): boolean => at > 0 && unitParts.has(part);
  return {
    ...metric,
    nameStems: [...new Set(parts.filter((part, at) => !isUnit(part, at)).map(stemOf))],
    unitStems: parts.filter(isUnit).map(stemOf),
    helpStems: new Set(partsOf(metric.help).map(stemOf)),
  };
}

/** Each value under the phrases that stand for it: all of it, how it begins, how it ends, the country's name. */
function valuePhrases(values: Vocabulary['values']): Map<string, ValueMatch[]> {
  const phrases = new Map<string, ValueMatch[]>();
  const add = (stems: readonly string[], match: ValueMatch): void => {
    const phrase = stems.join(' ');
    const list = phrases.get(phrase);
    if (list === undefined) phrases.set(phrase, [match]);
    else if (!list.some(({ label, value }) => label === match.label && value === match.value))
      list.push(match);
  };
  let count = 0;
  for (const [label, all] of values) {
    for (const value of all) {
      if (++count > VALUES_INDEXED_MAX) return phrases;
      const stems = partsOf(value).map(stemOf);
      if (stems.length === 0) {
        add([value], { label, value, quality: 1 });
        continue;
      }
      add(stems, { label, value, quality: 1 });
      for (let size = Math.min(stems.length - 1, 3); size > 0; size--) {
        const port = /^\d+$/.test(stems.slice(size).join(''));
        add(stems.slice(0, size), { label, value, quality: port ? 0.95 : 0.6 });
        const tail = stems.slice(-size);
        if (!tail.every((stem) => /^\d+$/.test(stem))) add(tail, { label, value, quality: 0.7 });
      }
      const country = countryName(label, value);
      if (country !== undefined) add(partsOf(country).map(stemOf), { label, value, quality: 1 });
    }
  }
  return phrases;
}

const regions = new Intl.DisplayNames(['en'], { type: 'region' });

function countryName(label: string, value: string): string | undefined {
  if (!/country|nation|geo/.test(label) || !/^[a-z]{2}$/i.test(value)) return undefined;
  return regions.of(value.toUpperCase());
}
