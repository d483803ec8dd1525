import { bestReadings } from './best-readings.ts';
import { type Divisor, expressionOf, shapeOf } from './expression.ts';
import { isFiller, type Modifiers, readModifiers } from './modifiers.ts';
import { looksLikePromQl } from './promql-text.ts';
import { Question } from './question.ts';
import type { Reading } from './reading.ts';
import type { Now } from './time-points.ts';
import { readTime, type SaidTime } from './time-words.ts';
import { QUESTION_LENGTH_MAX, type Word, wordsOf } from './tokens.ts';
import type { IndexedMetric, VocabularyIndex } from './vocabulary.ts';

/** What is to be asked of the service. */
export interface Plan {
  readonly expression: string;
  /** Compare with the same so much before; null: with nothing. */
  readonly offsetMs: number | null;
  readonly fromMs: number;
  readonly toMs: number;
  /** One value at `toMs`; else a line. */
  readonly instant: boolean;
  /** Empty for PromQL. */
  readonly metric: string;
  /** Words that nothing was made of. */
  readonly unexplained: readonly string[];
}

export type Resolution =
  | { readonly kind: 'plan'; readonly plan: Plan }
  /** Several readings are about as good: the plan of each, the best first. */
  | { readonly kind: 'ambiguous'; readonly plans: readonly Plan[] }
  /** Metrics whose names come near. */
  | { readonly kind: 'unknown'; readonly near: readonly string[] };

const PLANS_OFFERED = 5;
/** A reading that scores less by this much is no rival. */
const MARGIN = 0.3;
const SCORE_MIN = 0.8;

/** Makes a plan of a question: PromQL as it is, plain words by what there is to ask about. Pure. */
export function resolve(text: string, index: VocabularyIndex, now: Now): Resolution {
  const { time, rest } = readTime(wordsOf(text), now);
  const asPromQl = promQlOf(text, now);
  if (asPromQl !== undefined) return { kind: 'plan', plan: asPromQl };
  const modifiers = readModifiers(rest);
  const isGood = (best: Reading): boolean => best.score >= SCORE_MIN && !tooMuchUnexplained(best, modifiers);
  // Of a good one only its rivals matter; else what comes near is offered, however far behind.
  const readings = bestReadings(new Question(modifiers, index), PLANS_OFFERED, (best) =>
    isGood(best) ? MARGIN : Number.POSITIVE_INFINITY,
  );
  const best = readings.at(0);
  if (best === undefined || !isGood(best)) {
    return { kind: 'unknown', near: readings.map(({ metric }) => metric.name) };
  }
  const rivals = readings.filter(({ score }) => score > best.score - MARGIN);
  const plans = rivals.flatMap((reading) => plansOf(reading, modifiers, time, index));
  if (plans.length === 0) return { kind: 'unknown', near: rivals.map(({ metric }) => metric.name) };
  return plans.length === 1
    ? { kind: 'plan', plan: plans[0] }
    : { kind: 'ambiguous', plans: plans.slice(0, PLANS_OFFERED) };
}

function tooMuchUnexplained({ unexplained }: Reading, { items }: Modifiers): boolean {
  const words = items.filter((item) => item.kind === 'word' && !isFiller(item.word)).length;
  return unexplained.length * 2 > words;
}

/** PromQL, perhaps with a time behind it. */
function promQlOf(text: string, now: Now): Plan | undefined {
  const cut = text.slice(0, QUESTION_LENGTH_MAX * 8).trim();
  const plan = (expression: string, time: SaidTime): Plan => ({
    expression,
    offsetMs: time.offsetMs,
    fromMs: time.fromMs,
    toMs: time.toMs,
    instant: time.instant,
    metric: '',
    unexplained: [],
  });
  if (looksLikePromQl(cut)) return plan(cut, readTime([], now).time);
  // A time may follow the last bracket.
  const end = Math.max(cut.lastIndexOf(')'), cut.lastIndexOf('}')) + 1;
  const head = cut.slice(0, end);
  if (end === 0 || !looksLikePromQl(head)) return undefined;
  const { time, rest } = readTime(wordsOf(cut.slice(end)), now);
  return rest.every(isFiller) ? plan(head, time) : undefined;
}

function plansOf(reading: Reading, modifiers: Modifiers, time: SaidTime, index: VocabularyIndex): Plan[] {
  const divisors = divisorsOf(reading, modifiers, index);
  const shape = shapeOf(modifiers, time, reading.metric);
  return divisors.map((divisor) => ({
    expression: expressionOf(reading, modifiers, shape, divisor),
    offsetMs: time.offsetMs,
    fromMs: time.fromMs,
    toMs: time.toMs,
    instant: shape.instant,
    metric: reading.metric.name,
    unexplained: reading.unexplained,
  }));
}

/** What a ratio may be divided by: [null] when the question wants none, several when it is not clear. */
function divisorsOf(reading: Reading, modifiers: Modifiers, index: VocabularyIndex): (Divisor | null)[] {
  if (reading.divideBy.length > 0) return dividedByWords(reading, reading.divideBy, index);
  if (modifiers.ratio === null) return [null];
  if (reading.errorCodes !== null) {
    return [{ reading: { ...reading, errorCodes: null }, plusNumerator: false }];
  }
  if (reading.metric.kind === 'gauge') return [null];
  const others = partners(reading, index.search.family(reading.metric.nameStems[0]));
  const opposite = others.find((each) => isOpposite(reading.metric, each));
  if (opposite !== undefined) return [{ reading: { ...reading, metric: opposite }, plusNumerator: true }];
  return others.map((metric) => ({ reading: { ...reading, metric }, plusNumerator: false }));
}

/** Counters of the same family (that is `metrics`) that have every label in use; of these the ones with the most of the name in common. */
function partners({ metric, groupBy, filters }: Reading, metrics: readonly IndexedMetric[]): IndexedMetric[] {
  const needed = [...groupBy, ...filters.map(({ label }) => label)];
  const family = metrics.filter(
    (each) =>
      each !== metric && each.kind === 'counter' && needed.every((label) => each.labels.includes(label)),
  );
  const common = (each: IndexedMetric): number =>
    each.nameStems.filter((stem) => metric.nameStems.includes(stem)).length;
  const most = Math.max(...family.map(common));
  return family.filter((each) => common(each) === most);
}

const opposites: readonly (readonly [string, string])[] = [
  ['hit', 'mis'],
  ['hit', 'miss'],
  ['success', 'fail'],
  ['success', 'error'],
];

function isOpposite(a: IndexedMetric, b: IndexedMetric): boolean {
  const ownA = a.nameStems.filter((stem) => !b.nameStems.includes(stem));
  const ownB = b.nameStems.filter((stem) => !a.nameStems.includes(stem));
  if (ownA.length !== 1 || ownB.length !== 1) return false;
  return opposites.some(([x, y]) => (ownA[0] === x && ownB[0] === y) || (ownA[0] === y && ownB[0] === x));
}

/** Metrics with a part in their names like each of the words, in the order of the index. */
function namedLike(words: readonly Word[], index: VocabularyIndex): IndexedMetric[] {
  let ids: Set<number> | undefined;
  for (const { stem } of words) {
    const found = new Set<number>();
    index.search.names.alike(stem, (id) => {
      if (ids === undefined || ids.has(id)) found.add(id);
    });
    ids = found;
  }
  return [...(ids ?? [])].sort((a, b) => a - b).map((id) => index.metrics[id]);
}

/** `clicks per impression`: the counter that the words name, in the same family when there is one. */
function dividedByWords(reading: Reading, words: readonly Word[], index: VocabularyIndex): Divisor[] {
  const named = namedLike(words, index).filter(
    (each) =>
      each !== reading.metric &&
      each.kind !== 'gauge' &&
      reading.groupBy.every((label) => each.labels.includes(label)),
  );
  const family = named.filter(({ nameStems }) => nameStems[0] === reading.metric.nameStems[0]);
  return (family.length > 0 ? family : named).map((metric) => ({
    reading: {
      ...reading,
      metric,
      filters: reading.filters.filter(({ label }) => metric.labels.includes(label)),
    },
    plusNumerator: false,
  }));
}
