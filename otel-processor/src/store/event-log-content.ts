import { join } from 'node:path';
import { type Fault, isFault, type Logger, permanent } from '../base/index.ts';
import type { Disk } from './disk.ts';
import { decodeFileHeader, scanFrames } from './frame.ts';
import { segmentName } from './wal.ts';

/** What the log held when it was opened: the last checkpoint, and the records after it, in order. */
export interface EventLogContent {
  readonly checkpoint: Uint8Array | undefined;
  readonly records: readonly Uint8Array[];
}

export const RECORD_EVENTS = 1;
export const RECORD_CHECKPOINT = 2;
export const segmentPattern = /^\d{8,}$/;
export const CHECKPOINT_PREFIX = 'checkpoint-';

export interface ReadContent extends EventLogContent {
  /** First segment after the checkpoint. */
  readonly startSegment: number;
  readonly nextSegment: number;
  readonly nextSequence: number;
}

/** The newest whole checkpoint and the records after it. */
export async function readContent(dir: string, disk: Disk, logger: Logger): Promise<ReadContent | Fault> {
  const names = await disk.list(dir);
  for (const name of names) if (name.endsWith('.tmp')) await disk.remove(join(dir, name));
  const start = await newestCheckpoint(dir, names, disk, logger);
  if (isFault(start)) return start;
  let { segment: last, sequence: nextSequence } = start;
  last -= 1;
  const records: Uint8Array[] = [];
  const segments = names.filter((name) => segmentPattern.test(name)).map(Number);
  for (const segment of segments.sort((a, b) => a - b)) {
    last = Math.max(last, segment);
    if (segment < start.segment) continue;
    const path = join(dir, segmentName(segment));
    const bytes = await disk.read(path);
    const header = decodeFileHeader('wal', bytes);
    if (typeof header === 'number') return otherVersion(path, header);
    if (header === undefined) continue;
    nextSequence = Math.max(nextSequence, header.sequence);
    const scan = scanFrames(bytes, header.salt, ({ type, sequence, payload }) => {
      // A record that was tried twice is in the log twice.
      if (sequence < nextSequence) return;
      nextSequence = sequence + 1;
      if (type === RECORD_EVENTS) records.push(payload);
    });
    if (scan.damagedCount > 0) {
      logger.error('the log is damaged; the records in the damaged places are lost', {
        path,
        places: scan.damagedCount,
        bytes: scan.damagedBytes,
      });
    }
  }
  return {
    checkpoint: start.state,
    records,
    startSegment: start.segment,
    nextSegment: last + 1,
    nextSequence,
  };
}

interface Checkpoint {
  readonly segment: number;
  readonly sequence: number;
  readonly state: Uint8Array | undefined;
}

/** The newest checkpoint that is whole. */
async function newestCheckpoint(
  dir: string,
  names: readonly string[],
  disk: Disk,
  logger: Logger,
): Promise<Checkpoint | Fault> {
  const candidates = names
    .filter((name) => /^checkpoint-\d+$/.test(name))
    .sort()
    .reverse();
  for (const name of candidates) {
    const path = join(dir, name);
    const bytes = await disk.read(path);
    const header = decodeFileHeader('snapshot', bytes);
    if (typeof header === 'number') return otherVersion(path, header);
    let state: Uint8Array | undefined;
    if (header !== undefined) {
      scanFrames(bytes, header.salt, ({ type, payload }) => {
        if (type === RECORD_CHECKPOINT) state = payload;
      });
    }
    if (header !== undefined && state !== undefined) return { ...header, state };
    logger.error('a checkpoint is damaged', { path });
  }
  return { segment: 0, sequence: 1, state: undefined };
}

function otherVersion(path: string, version: number): Fault {
  return permanent(
    'unsupported',
    `${path} is in version ${version} of the format; this program reads version 1`,
  );
}
