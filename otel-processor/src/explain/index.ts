export { baselineSteps } from './baseline-steps.ts';
export { type EffectModel, explainChange } from './explain-change.ts';
export { relatedSignals } from './related-signals.ts';
export type {
  ChangeExplanation,
  ChangeInput,
  EpisodeSpan,
  ExplainOptions,
  RelationOptions,
  ResidualSignal,
} from './types.ts';
