export type { BlockDisk, DiskReader, DiskWriter } from './block-disk.ts';
export { type BlockStoreOptions, openBlockStore } from './block-store.ts';
export { type BlockConfig, blockConfigSchema } from './config.ts';
export { type WriteBlockOptions, writeBlock } from './write-block.ts';
