export type { BlockMeta } from './block-types.ts';
export { CappedLog, type CappedLogPorts } from './capped-log.ts';
export { type StoreConfig, storeConfigSchema } from './config.ts';
export { createStore, type StorePorts } from './create-store.ts';
export type { Disk, DiskFile } from './disk.ts';
export { EventLog, type EventLogPorts, type LoggedRecord, openEventLog } from './event-log.ts';
export type { EventLogContent } from './event-log-content.ts';
export type { Store, StoreStatus } from './store.ts';
export {
  createSampleBuffer,
  type ExemplarSeries,
  growSampleBuffer,
  type Querier,
  type SampleBuffer,
  type SelectedSeries,
  type SelectHints,
  type StoreStatistics,
} from './types.ts';
