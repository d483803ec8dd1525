export { explainChange } from './explain-change.ts';
export type {
  ChangeExplanation,
  ChangeInput,
  EpisodeSpan,
  ExplainOptions,
  RelationOptions,
  ResidualSignal,
} from './types.ts';
