/** Limits so small that snapshots, sealing and compaction happen within a second of load. */
export const smallLimits = `
store:
  snapshot_wal_size: 256KiB
  head_memory_limit: 1MiB
  retention_time: 60d
`;
