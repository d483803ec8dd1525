import type { Telemetry } from '../base/index.ts';
import type { LiveData } from './live-data.ts';
import type { Wal } from './wal.ts';

/** Gauges that are read when somebody looks. */
export function observeStore(
  telemetry: Telemetry,
  { head, registry }: LiveData,
  wal: Wal | undefined,
  isWritable: () => boolean,
): void {
  const gauge = (name: string, help: string, read: () => number): void =>
    telemetry.observed(name, help, 'gauge', read);
  gauge('statbar_store_series', 'Series in memory.', () => registry.size);
  gauge('statbar_store_chunks', 'Chunks in memory.', () => head.store.chunks.count);
  gauge('statbar_store_head_bytes', 'Bytes of chunks in memory.', () => head.store.slabs.usedBytes);
  gauge('statbar_store_head_reserved_bytes', 'Memory held for chunks.', () => head.store.slabs.totalBytes);
  gauge('statbar_store_wal_pending_bytes', 'Bytes waiting for the log.', () => wal?.pendingBytes ?? 0);
  gauge('statbar_store_writable', '1 when writes are taken.', () => (isWritable() ? 1 : 0));
}

export function countersOf(telemetry: Telemetry) {
  return {
    samples: telemetry.counter('statbar_store_samples_total', 'Samples taken.'),
    late: telemetry.counter(
      'statbar_store_late_samples_total',
      'Samples taken out of order, within the window.',
    ),
    duplicates: telemetry.counter(
      'statbar_store_duplicate_samples_total',
      'Samples that were stored already.',
    ),
    newSeries: telemetry.counter('statbar_store_new_series_total', 'Series made.'),
    maintenanceFailures: telemetry.counter(
      'statbar_store_maintenance_failures_total',
      'Times that sealing, retention or compaction ended in an error.',
    ),
    refusedBatches: telemetry.counter(
      'statbar_store_refused_batches_total',
      'Batches that could not be taken.',
    ),
  };
}
