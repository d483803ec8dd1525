import { join } from 'node:path';
import { type Clock, type Fault, isFault, type Logger, permanent, type Telemetry } from '../base/index.ts';
import type { Disk } from './disk.ts';
import { decodeFileHeader, type Frame, HEADER_BYTES, scanFrames } from './frame.ts';
import type { LiveData } from './live-data.ts';
import { RECORD_END } from './records.ts';
import { Replay } from './replay.ts';

export interface Recovered {
  readonly nextSegment: number;
  readonly nextSequence: number;
  /** Bytes of log that were replayed. */
  readonly walBytes: number;
}

export interface RecoveryOptions {
  readonly disk: Disk;
  readonly clock: Clock;
  readonly walDir: string;
  readonly snapshotDir: string;
  readonly logger: Logger;
  readonly telemetry: Telemetry;
}

const segmentPattern = /^\d{8,}$/;

/**
 * Rebuilds `data` (empty before) from the newest snapshot and the log after it. Damage is passed over, counted and
 * logged; a torn tail is cut off. A fault only when the files are of another version of the format.
 */
export async function recover(options: RecoveryOptions, data: LiveData): Promise<Recovered | Fault> {
  const { disk, walDir, snapshotDir } = options;
  await disk.makeDirectory(walDir);
  await disk.makeDirectory(snapshotDir);
  const replay = new Replay(data, Math.floor(options.clock.nowMs() / 60_000));
  const snapshot = await loadSnapshot(options, replay);
  if (isFault(snapshot)) return snapshot;
  let nextSequence = snapshot.sequence;
  let walBytes = 0;
  let damagedCount = 0;
  let damagedBytes = 0;
  let last = snapshot.segment - 1;
  const segments = (await disk.list(walDir)).filter((name) => segmentPattern.test(name)).map(Number);
  segments.sort((a, b) => a - b);
  for (const segment of segments) {
    const path = join(walDir, String(segment).padStart(8, '0'));
    last = Math.max(last, segment);
    if (segment < snapshot.segment) {
      await disk.remove(path);
      continue;
    }
    const bytes = await disk.read(path);
    const header = decodeFileHeader('wal', bytes);
    if (typeof header === 'number') return otherVersion(path, header);
    if (header === undefined) {
      // A crash while the file was being made leaves less than a header; more than that is damage.
      if (bytes.length > HEADER_BYTES) {
        damagedCount += 1;
        damagedBytes += bytes.length;
      }
      continue;
    }
    nextSequence = Math.max(nextSequence, header.sequence);
    const result = scanFrames(bytes, header.salt, (frame) => {
      // A record that was tried twice is in the log twice.
      if (frame.sequence < nextSequence) return;
      nextSequence = frame.sequence + 1;
      replay.apply(frame);
    });
    walBytes += bytes.length;
    damagedCount += result.damagedCount;
    damagedBytes += result.damagedBytes;
    if (result.goodBytes < bytes.length) await cutTail(options, path, bytes.length, result.goodBytes);
    else await sync(disk, path);
  }
  if (segments.length > 0) await disk.syncDirectory(walDir);
  replay.finish();
  report(options, replay, damagedCount, damagedBytes);
  return { nextSegment: last + 1, nextSequence, walBytes };
}

/**
 * What was read may be known only to the operating system: a process that is killed, or whose sync failed, leaves
 * such files. They must be on the disk before anything is removed or acknowledged because of them.
 */
async function sync(disk: Disk, path: string): Promise<void> {
  const file = await disk.open(path, 'existing');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

async function cutTail(
  { disk, logger, telemetry }: RecoveryOptions,
  path: string,
  sizeBytes: number,
  goodBytes: number,
): Promise<void> {
  logger.warn('cut off the unfinished end of a log segment', { path, lostBytes: sizeBytes - goodBytes });
  telemetry
    .counter('statbar_store_wal_torn_tails_total', 'Unfinished ends of the log that were cut off at a start.')
    .add(1);
  const file = await disk.open(path, 'existing');
  try {
    await file.truncate(goodBytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

function report(
  { logger, telemetry }: RecoveryOptions,
  replay: Replay,
  damagedCount: number,
  damagedBytes: number,
) {
  const corrupt = telemetry.counter(
    'statbar_store_corruptions_total',
    'Damaged places found in the log and its snapshots.',
  );
  corrupt.add(damagedCount + replay.failedRecords);
  if (damagedCount + replay.failedRecords > 0) {
    logger.error('the log is damaged; the records in the damaged places are lost', {
      places: damagedCount,
      bytes: damagedBytes,
      unreadableRecords: replay.failedRecords,
      example: replay.failure,
    });
  }
  if (replay.orphanSamples > 0) {
    telemetry
      .counter('statbar_store_orphan_samples_total', 'Replayed samples whose series definition is lost.')
      .add(replay.orphanSamples);
    logger.error('samples without a series were dropped', { samples: replay.orphanSamples });
  }
}

interface LoadedSnapshot {
  readonly segment: number;
  readonly sequence: number;
}

/** Loads the newest snapshot that is whole; when none is, what can be read of the newest one. */
async function loadSnapshot(options: RecoveryOptions, replay: Replay): Promise<LoadedSnapshot | Fault> {
  const { disk, snapshotDir, logger } = options;
  const names = await disk.list(snapshotDir);
  for (const name of names) if (name.endsWith('.tmp')) await disk.remove(join(snapshotDir, name));
  const candidates = names.filter((name) => segmentPattern.test(name)).sort((a, b) => Number(b) - Number(a));
  let partial: { readonly header: LoadedSnapshot; readonly frames: readonly Frame[] } | undefined;
  for (const name of candidates) {
    const path = join(snapshotDir, name);
    const bytes = await disk.read(path);
    const header = decodeFileHeader('snapshot', bytes);
    if (typeof header === 'number') return otherVersion(path, header);
    const frames: Frame[] = [];
    const scan =
      header === undefined ? undefined : scanFrames(bytes, header.salt, (frame) => frames.push(frame));
    const whole = scan?.damagedCount === 0 && frames.at(-1)?.type === RECORD_END;
    if (header !== undefined && whole) {
      for (const frame of frames) replay.apply(frame);
      await sync(disk, path);
      await disk.syncDirectory(snapshotDir);
      for (const other of candidates) if (other !== name) await disk.remove(join(snapshotDir, other));
      return header;
    }
    logger.error('a snapshot is damaged', { path });
    options.telemetry
      .counter('statbar_store_corruptions_total', 'Damaged places found in the log and its snapshots.')
      .add(1);
    if (header !== undefined) partial ??= { header, frames };
  }
  if (partial === undefined) return { segment: 0, sequence: 1 };
  for (const frame of partial.frames) replay.apply(frame);
  return partial.header;
}

function otherVersion(path: string, version: number): Fault {
  const message = `${path} is in version ${version} of the format; this program reads version 1`;
  return permanent('unsupported', message);
}
