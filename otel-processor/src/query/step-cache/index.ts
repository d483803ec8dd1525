export { type EvaluateSteps, type RangeRequest, rangeThroughCache } from './cached-range.ts';
export { ChangeLog, type DataChanges } from './changes.ts';
export { noteAppends } from './note-appends.ts';
export { StepCache } from './step-cache.ts';
