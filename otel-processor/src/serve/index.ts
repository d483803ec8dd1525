export { type Scope, type ServeConfig, scopes, serveConfigSchema, type TokenConfig } from './config.ts';
export {
  createService,
  type Service,
  type ServiceAddresses,
  type ServiceFacts,
  type ServicePorts,
} from './service.ts';
export type { Admission, TenantDoors, TenantStatus } from './tenant.ts';
export { PROMETHEUS_VERSION, VERSION } from './version.ts';
