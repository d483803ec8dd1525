export { compose, type Parts } from './compose.ts';
export { durationOf } from './durations.ts';
export { durationText } from './expression.ts';
export { looksLikePromQl } from './promql-text.ts';
export { type Plan, type Resolution, resolve } from './resolve.ts';
export type { Now } from './time-points.ts';
export { readTime, type SaidTime } from './time-words.ts';
export { type Word, wordsOf } from './tokens.ts';
export {
  indexOf,
  indexSteps,
  type Metric,
  type MetricKind,
  type Vocabulary,
  type VocabularyIndex,
} from './vocabulary.ts';
export { addDays, type Day, dayOf, isTimeZone, momentOf, weekdayOf } from './zone.ts';
