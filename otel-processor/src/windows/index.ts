export { type ViewConfig, viewConfigSchema, viewsConfigSchema } from './config.ts';
export type { ResultKind } from './operator-types.ts';
export { labelNameOf } from './result-batch.ts';
export {
  type LateEvent,
  View,
  type ViewPorts,
  type ViewResult,
  type ViewStatus,
  type VisitNumber,
} from './view.ts';
export {
  type EventLogPort,
  type ResultListener,
  ViewEngine,
  type ViewEngineOptions,
  type ViewEnginePorts,
} from './view-engine.ts';
