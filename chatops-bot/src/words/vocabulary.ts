import { atOnce, type Steps } from '../base/index.ts';
import { type IndexedLabel, LabelPostings, Postings } from './postings.ts';
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
  /** The same as `labels`. */
  readonly labelStems: readonly IndexedLabel[];
}

/** A value that some words may stand for. */
export interface ValueMatch {
  readonly label: string;
  readonly value: string;
  /** 1: the whole value; less for its beginning or end. */
  readonly quality: number;
}

/** Where words are, by the metric's place in `VocabularyIndex.metrics`. */
export interface MetricSearch {
  readonly names: Postings;
  readonly units: Postings;
  readonly help: Postings;
  readonly labels: LabelPostings;
  /** By metric: the number of its set of labels, how many stems its name has (at most 254), and its kind. */
  readonly setOf: Uint32Array;
  readonly nameCount: Uint8Array;
  readonly kinds: Uint8Array;
  idOf(name: string): number | undefined;
  /** Metrics whose names begin alike. */
  family(firstStem: string | undefined): readonly IndexedMetric[];
}

/** In `MetricSearch.kinds`; counters are 0. */
export const GAUGE = 1;
export const HISTOGRAM = 2;

export interface VocabularyIndex {
  readonly metrics: readonly IndexedMetric[];
  readonly search: MetricSearch;
  readonly values: Vocabulary['values'];
  /** How telling a concept is: 1 when one metric has it in its name, towards 0 when all have. */
  rarity(stem: string): number;
  /** By stems, joined by a space. */
  valuesFor(phrase: string): readonly ValueMatch[];
  /** Labels that hold HTTP status codes. */
  readonly statusLabels: ReadonlySet<string>;
  /** Whether any metric's name or label has it. */
  isKnown(stem: string): boolean;
}

export function isStatusCode(value: string): boolean {
  return /^[1-5]\d\d$/.test(value);
}

function isStatusLabel(label: string, values: readonly string[]): boolean {
  return /(^|_)(status|code)(_|$)/.test(label) && values.some(isStatusCode);
}

/** Metrics or values in one step: well under a millisecond. */
const STEP = 64;
const VALUES_INDEXED_MAX = 50_000;
/** What so many values begin with tells nothing. */
const MATCHES_MAX = 200;
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

/** `previous` is given back where nothing has changed since: that is seen sooner than it is indexed. */
export function indexOf(vocabulary: Vocabulary, previous?: VocabularyIndex): VocabularyIndex {
  return atOnce(indexSteps(vocabulary, previous));
}

/** The same in small steps: of very many metrics it takes most of a second. */
export function* indexSteps(vocabulary: Vocabulary, previous?: VocabularyIndex): Steps<VocabularyIndex> {
  if (previous !== undefined && (yield* sameSteps(vocabulary, previous))) return previous;
  const stems = new Map<string, string>();
  const labelled = new Map<string, IndexedLabel>();
  const metrics: IndexedMetric[] = [];
  for (const metric of vocabulary.metrics) {
    if (metrics.push(indexedMetric(metric, labelled, stems)) % STEP === 0) yield;
  }
  const metricCounts = new Map<string, number>();
  const known = new Set<string>();
  for (const [at, { nameStems }] of metrics.entries()) {
    if (at % STEP === 0) yield;
    for (const concept of new Set(nameStems.map(conceptOf))) {
      metricCounts.set(concept, (metricCounts.get(concept) ?? 0) + 1);
      known.add(concept);
    }
  }
  for (const { parts } of labelled.values()) for (const part of parts) known.add(conceptOf(part));
  const scale = Math.log(metrics.length + 1);
  const phrases = yield* phraseSteps(vocabulary.values);
  return {
    metrics,
    search: yield* searchSteps(metrics),
    values: vocabulary.values,
    statusLabels: new Set(
      [...vocabulary.values].flatMap(([label, values]) => (isStatusLabel(label, values) ? [label] : [])),
    ),
    rarity: (stem) => Math.log((metrics.length + 1) / (metricCounts.get(conceptOf(stem)) ?? 1)) / scale,
    valuesFor: (phrase) => phrases.get(phrase) ?? [],
    isKnown: (stem) => known.has(conceptOf(stem)),
  };
}

function* searchSteps(metrics: readonly IndexedMetric[]): Steps<MetricSearch> {
  const [names, units, help, labels] = [new Postings(), new Postings(), new Postings(), new LabelPostings()];
  const setOf = new Uint32Array(metrics.length);
  const nameCount = new Uint8Array(metrics.length);
  const kinds = new Uint8Array(metrics.length);
  const ids = new Map<string, number>();
  const families = new Map<string | undefined, IndexedMetric[]>();
  for (const [id, metric] of metrics.entries()) {
    if (id % STEP === 0) yield;
    ids.set(metric.name, id);
    for (const stem of metric.nameStems) names.add(stem, id);
    for (const stem of metric.unitStems) units.add(stem, id);
    for (const stem of metric.helpStems) help.add(stem, id);
    setOf[id] = labels.add(metric.labelStems);
    nameCount[id] = Math.min(254, metric.nameStems.length);
    kinds[id] = isHistogramKind(metric.kind) ? HISTOGRAM : metric.kind === 'gauge' ? GAUGE : 0;
    const family = families.get(metric.nameStems[0]);
    if (family === undefined) families.set(metric.nameStems[0], [metric]);
    else family.push(metric);
  }
  return {
    names,
    units,
    help,
    labels,
    setOf,
    nameCount,
    kinds,
    idOf: (name) => ids.get(name),
    family: (firstStem) => families.get(firstStem) ?? [],
  };
}

function isHistogramKind(kind: MetricKind): boolean {
  return kind === 'histogram' || kind === 'native_histogram';
}

function* sameSteps({ metrics, values }: Vocabulary, previous: VocabularyIndex): Steps<boolean> {
  const sameTexts = (a: readonly string[], b: readonly string[] | undefined): boolean =>
    a.length === b?.length && a.every((each, at) => each === b[at]);
  if (metrics.length !== previous.metrics.length || values.size !== previous.values.size) return false;
  for (const [at, { name, kind, help, labels }] of metrics.entries()) {
    if (at % STEP === 0) yield;
    const before = previous.metrics[at];
    if (name !== before.name || kind !== before.kind || help !== before.help) return false;
    if (!sameTexts(labels, before.labels)) return false;
  }
  for (const [label, all] of values) {
    yield;
    if (!sameTexts(all, previous.values.get(label))) return false;
  }
  return true;
}

/** `stems`: of words that were met before. */
function indexedMetric(
  metric: Metric,
  labelled: Map<string, IndexedLabel>,
  stems: Map<string, string>,
): IndexedMetric {
  const parts = partsOf(metric.name);
  const stem = (word: string): string => {
    const known = stems.get(word);
    if (known !== undefined) return known;
    const made = stemOf(word);
    stems.set(word, made);
    return made;
  };
  const isUnit = (part: string, at: number): boolean => at > 0 && unitParts.has(part);
  return {
    ...metric,
    nameStems: [...new Set(parts.filter((part, at) => !isUnit(part, at)).map(stem))],
    unitStems: parts.filter(isUnit).map(stem),
    helpStems: new Set(partsOf(metric.help).map(stem)),
    labelStems: metric.labels.map((name) => {
      const label = labelled.get(name) ?? { name, whole: stemOf(name), parts: partsOf(name).map(stemOf) };
      labelled.set(name, label);
      return label;
    }),
  };
}

/** Each value under the phrases that stand for it: all of it, how it begins, how it ends, the country's name. */
function* phraseSteps(values: Vocabulary['values']): Steps<Map<string, ValueMatch[]>> {
  const phrases = new Map<string, ValueMatch[]>();
  const add = (stems: readonly string[], match: ValueMatch): void => {
    const phrase = stems.join(' ');
    const list = phrases.get(phrase);
    if (list === undefined) phrases.set(phrase, [match]);
    else if (
      list.length < MATCHES_MAX &&
      !list.some(({ label, value }) => label === match.label && value === match.value)
    )
      list.push(match);
  };
  let count = 0;
  for (const [label, all] of values) {
    for (const value of all) {
      if (++count > VALUES_INDEXED_MAX) return phrases;
      if (count % STEP === 0) yield;
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
