export { type WatchConfig, type WatchEntry, watchConfigSchema, watchesConfigSchema } from './config.ts';
export type { EpisodeListener } from './episode-book.ts';
export type { EpisodeEvent } from './incidents.ts';
export { ReloadableWatch } from './reloadable-watch.ts';
export type { SignalStatus, WatchStatus } from './status.ts';
export { watchAppends } from './tap-appends.ts';
export type { StateLog, WatchPorts } from './watch-ports.ts';
