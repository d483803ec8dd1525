/** Limits so small that segments, snapshots, sealing and compaction happen within a second of load. */
export const smallLimits = `
store:
  wal_segment_size: 32KiB
  snapshot_wal_size: 96KiB
  head_memory_limit: 128KiB
  seal_check: 300ms
  blocks:
    retention_time: 60d
`;
