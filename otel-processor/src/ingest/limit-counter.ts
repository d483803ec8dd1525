import type { Telemetry } from '../base/index.ts';

/** Limits of this room that are not the reason of a rejected point and not counted elsewhere. */
export type IngestLimit =
  | 'points_per_request_max'
  | 'samples_per_request_max'
  | 'json_values_max'
  | 'remote_write_size_max'
  | 'resources_max'
  | 'metadata_names_max';

export function countLimit(telemetry: Telemetry, limit: IngestLimit): void {
  telemetry
    .counter('statbar_ingest_limits_hit_total', 'How often a limit of the section ingest was hit.', { limit })
    .add(1);
}
