export { baselineSteps } from './baseline-steps.ts';
export { explainChange } from './explain-change.ts';
export { relatedSignals } from './related-signals.ts';
export type {
  ChangeExplanation,
  ChangeInput,
  EpisodeSpan,
  ExplainOptions,
  RelationOptions,
  ResidualSignal,
} from './types.ts';
