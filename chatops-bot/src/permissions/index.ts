export { type PermissionsConfig, permissionsConfigSchema } from './config.ts';
export { ConfiguredGate, type DataGate, type GatePorts } from './gate.ts';
export { restricted } from './restrict.ts';
export { notYours, seesGroup, seesLabels } from './sight.ts';
