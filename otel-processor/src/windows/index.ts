export { type ViewConfig, viewConfigSchema, viewsConfigSchema } from './config.ts';
export type { EventLogPort, ResultListener, ViewEngineOptions, ViewEnginePorts } from './engine-types.ts';
export { labelNameOf } from './label-name.ts';
export type { ResultKind } from './operator-types.ts';
export { tapAppends } from './tap-appends.ts';
export { View } from './view.ts';
export { ViewEngine } from './view-engine.ts';
export type { LateEvent, ViewPorts, ViewResult, ViewStatus, VisitNumber } from './view-types.ts';
