export { type ViewConfig, viewConfigSchema, viewsConfigSchema } from './config.ts';
export type { ResultKind } from './operator.ts';
export {
  type LateEvent,
  View,
  type ViewPorts,
  type ViewResult,
  type ViewStatus,
  type VisitNumber,
} from './view.ts';
