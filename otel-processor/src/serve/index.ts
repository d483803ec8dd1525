export { type Scope, type ServeConfig, scopes, serveConfigSchema, type TokenConfig } from './config.ts';
export type { OtlpAnswers, QueryLanguage } from './ports.ts';
export { SelfSeries } from './self/self-series.ts';
export { instrumentsOf } from './self/tenant-view.ts';
export {
  createService,
  type Service,
  type ServiceAddresses,
  type ServiceFacts,
  type ServicePorts,
} from './service.ts';
export type { Admission, AnomalyDoors, EventDoors, TenantDoors, TenantStatus } from './tenant.ts';
export { PROMETHEUS_VERSION } from './version.ts';
