export { baselineSteps } from './baseline-steps.ts';
export { explainChange, explainChangeInTurns } from './explain-change.ts';
export type { EffectModel } from './find-scopes.ts';
export { relatedSignals } from './related-signals.ts';
export type {
  ChangeExplanation,
  ChangeInput,
  EpisodeSpan,
  ExplainOptions,
  RelationOptions,
  ResidualSignal,
} from './types.ts';
