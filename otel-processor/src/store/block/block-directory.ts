import { join } from 'node:path';
import { FaultError, type Logger } from '../../base/index.ts';
import { type BlockDisk, errorCode, errorText, TEMPORARY_SUFFIX } from './block-disk.ts';
import { decodeMeta, type StoredMeta } from './meta-file.ts';
import { malformed } from './sections.ts';
import { decodeTombstones, Tombstones } from './tombstones.ts';
import { REMOVED_PREFIX, TEMPORARY_PREFIX } from './write-block.ts';

export const QUARANTINE = 'quarantine';
export const DELETES_FILE = 'deletes.json';

const blockName = /^-?\d+--?\d+-\d{8,}-[0-9a-f]{8}$/;

export interface FoundBlock {
  readonly meta: StoredMeta;
  readonly dir: string;
  readonly tombstones: Tombstones;
}

export interface DirectoryPorts {
  readonly disk: BlockDisk;
  readonly dir: string;
  readonly logger: Logger;
  /** Called for each block that was set aside. */
  readonly onQuarantine: () => void;
}

/**
 * Finds the blocks of a directory and tidies up after a crash: what was never finished or was being removed goes,
 * so do blocks that a merged one replaces; what is damaged is set aside and reported, for a person to look at.
 */
export async function scanDirectory(ports: DirectoryPorts): Promise<FoundBlock[]> {
  const { disk, dir, logger } = ports;
  await disk.makeDir(dir);
  const found: FoundBlock[] = [];
  for (const name of await disk.list(dir)) {
    if (name === QUARANTINE) continue;
    if (name.startsWith(TEMPORARY_PREFIX) || name.startsWith(REMOVED_PREFIX)) {
      logger.info('removing what an interrupted run left of a block', { name });
      await disk.removeTree(join(dir, name));
      continue;
    }
    if (!blockName.test(name)) {
      logger.warn('something in the directory of the blocks is no block; it is left alone', { name });
      continue;
    }
    const block = await inspect(ports, name);
    if (block === undefined) continue;
    await removeUnfinished(disk, block.dir);
    found.push(block);
  }
  const replaced = new Set(found.flatMap((block) => block.meta.sources));
  // A merged block may have its name only in the operating system's memory: before its sources go it must be safe.
  if (replaced.size > 0) await disk.syncDir(dir);
  for (const block of found) {
    if (!replaced.has(block.meta.id)) continue;
    logger.info('removing a block that a merged one replaces', { block: block.meta.id });
    await removeBlock(ports, block.meta.id);
  }
  return found.filter((block) => !replaced.has(block.meta.id));
}

/** Reads what is needed to know a block; sets it aside when it is damaged. */
export async function inspect(ports: DirectoryPorts, name: string): Promise<FoundBlock | undefined> {
  try {
    return await readBlock(ports.disk, join(ports.dir, name), name);
  } catch (error) {
    if (!(error instanceof FaultError)) throw error;
    await quarantine(ports, name, errorText(error));
    return undefined;
  }
}

async function readBlock(disk: BlockDisk, dir: string, name: string): Promise<FoundBlock> {
  const files = await listBlock(disk, dir);
  for (const file of ['meta.json', 'index', 'data']) {
    if (!files.includes(file)) throw malformed(`${file} is missing`);
  }
  const meta = decodeMeta(await disk.readFile(join(dir, 'meta.json')));
  if (meta.id !== name) throw malformed(`meta.json is of the block ${meta.id}`);
  for (const [file, sizeBytes] of [
    ['index', meta.indexBytes],
    ['data', meta.dataBytes],
  ] as const) {
    const found = await disk.sizeOf(join(dir, file));
    if (found !== sizeBytes) throw malformed(`${file} has ${found} bytes instead of ${sizeBytes}`);
  }
  const tombstones = files.includes(DELETES_FILE)
    ? decodeTombstones(await disk.readFile(join(dir, DELETES_FILE)))
    : new Tombstones([]);
  return { meta, dir, tombstones };
}

/** Only while nobody can be deleting. */
async function removeUnfinished(disk: BlockDisk, dir: string): Promise<void> {
  for (const file of await disk.list(dir)) {
    if (file.endsWith(TEMPORARY_SUFFIX)) await disk.removeTree(join(dir, file));
  }
}

async function listBlock(disk: BlockDisk, dir: string): Promise<readonly string[]> {
  try {
    return await disk.list(dir);
  } catch (error) {
    if (errorCode(error) === 'ENOTDIR') throw malformed('not a directory');
    throw error;
  }
}

export async function quarantine(ports: DirectoryPorts, name: string, why: string): Promise<void> {
  const { disk, dir, logger } = ports;
  ports.onQuarantine();
  logger.error('a block is damaged and was set aside; its samples are missing from queries', {
    block: name,
    why,
    movedTo: join(dir, QUARANTINE, name),
  });
  try {
    await disk.makeDir(join(dir, QUARANTINE));
    await disk.rename(join(dir, name), join(dir, QUARANTINE, name));
    await disk.syncDir(dir);
  } catch (error) {
    logger.error('a damaged block could not be moved', { block: name, why: errorText(error) });
  }
}

/** Removes a block for good. A crash in between leaves only what `scanDirectory` clears away. */
export async function removeBlock(ports: DirectoryPorts, id: string): Promise<void> {
  const { disk, dir } = ports;
  const removed = join(dir, `${REMOVED_PREFIX}${id}`);
  await disk.rename(join(dir, id), removed);
  await disk.syncDir(dir);
  await disk.removeTree(removed);
}
