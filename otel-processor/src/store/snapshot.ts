import { join } from 'node:path';
import type { ByteWriter, Clock } from '../base/index.ts';
import type { Disk } from './disk.ts';
import { encodeFileHeader, FrameWriter } from './frame.ts';
import {
  type HistogramRow,
  RECORD_END,
  RECORD_EXEMPLARS,
  RECORD_LAST_HISTOGRAMS,
  RECORD_LATE,
  RECORD_METADATA,
  RECORD_SERIES,
  RECORD_STATE,
  type SeriesDefinition,
  writeExemplars,
  writeHistograms,
  writeMetadata,
  writeSeries,
} from './records.ts';
import { type FrozenHead, writeLate, writeState } from './snapshot-state.ts';
import { segmentName } from './wal.ts';

/** Series per record: small enough that writing one is a short turn. */
const SERIES_PER_RECORD = 256;
const ITEMS_PER_RECORD = 1000;
const FLUSH_BYTES = 1 << 20;
/** How long one turn of the event loop may be. */
const SLICE_MS = 4;

export interface SnapshotTarget {
  readonly disk: Disk;
  readonly clock: Clock;
  readonly dir: string;
  readonly salt: number;
  /** First segment that the snapshot does not contain, and the first sequence there. */
  readonly segment: number;
  readonly sequence: number;
  /** Lets the event loop have its turn; what it throws ends the snapshot. */
  readonly pause: () => Promise<void>;
}

/**
 * Writes `<dir>/<segment>` through a temporary file, durably. Rejects with the disk's error; then nothing but
 * the temporary file may be left. Returns its size in bytes.
 */
export async function writeSnapshot(target: SnapshotTarget, frozen: FrozenHead): Promise<number> {
  const { disk, clock, dir, salt, segment, sequence, pause } = target;
  const path = join(dir, segmentName(segment));
  const file = await disk.open(`${path}.tmp`, 'create');
  let position = 0;
  try {
    const header = encodeFileHeader('snapshot', { salt, segment, sequence });
    await file.write(header, 0);
    position = header.length;
    const frames = new FrameWriter(2 * FLUSH_BYTES);
    let sliceEndMs = clock.monotonicMs() + SLICE_MS;
    let number = 0;
    for (const [type, write] of snapshotRecords(frozen)) {
      write(frames.begin(type, number++));
      frames.end(salt);
      if (frames.bytes.length >= FLUSH_BYTES) {
        await file.write(frames.bytes.view(), position);
        position += frames.bytes.length;
        frames.bytes.clear();
        await pause();
        sliceEndMs = clock.monotonicMs() + SLICE_MS;
      } else if (clock.monotonicMs() >= sliceEndMs) {
        await pause();
        sliceEndMs = clock.monotonicMs() + SLICE_MS;
      }
    }
    await file.write(frames.bytes.view(), position);
    position += frames.bytes.length;
    await file.sync();
  } finally {
    await file.close();
  }
  await disk.rename(`${path}.tmp`, path);
  await disk.syncDirectory(dir);
  return position;
}

type Write = (writer: ByteWriter) => void;

function* snapshotRecords(frozen: FrozenHead): Generator<readonly [number, Write]> {
  const { seriesIds, registry, late, lastHistograms } = frozen;
  for (let start = 0; start < seriesIds.length; start += SERIES_PER_RECORD) {
    const ids = seriesIds.subarray(start, start + SERIES_PER_RECORD);
    const definitions: SeriesDefinition[] = [];
    for (const seriesId of ids) definitions.push({ seriesId, labels: registry.labels(seriesId) });
    yield [RECORD_SERIES, (writer) => writeSeries(writer, definitions)];
    yield [
      RECORD_STATE,
      (writer) => {
        for (const seriesId of ids) writeState(writer, frozen, seriesId);
      },
    ];
  }
  for (const [seriesId, samples] of late)
    yield [RECORD_LATE, (writer) => writeLate(writer, seriesId, samples)];
  const newest: HistogramRow[] = [...lastHistograms].map(([seriesId, histogram]) => {
    return { seriesId, timestampMs: frozen.columns.timestampsMs[seriesId], histogram };
  });
  for (const some of slices(newest))
    yield [RECORD_LAST_HISTOGRAMS, (writer) => writeHistograms(writer, some)];
  for (const some of slices(frozen.exemplars))
    yield [RECORD_EXEMPLARS, (writer) => writeExemplars(writer, some)];
  for (const some of slices(frozen.metadata))
    yield [RECORD_METADATA, (writer) => writeMetadata(writer, some)];
  yield [RECORD_END, () => {}];
}

function* slices<T>(items: readonly T[]): Generator<readonly T[]> {
  for (let i = 0; i < items.length; i += ITEMS_PER_RECORD) yield items.slice(i, i + ITEMS_PER_RECORD);
}
