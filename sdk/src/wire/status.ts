/** `GET /statbar/v1/status`: what the status page shows. Rates are left to the reader: two answers and their clock. */
export interface ServiceStatus {
  readonly version: string;
  readonly startTimeMs: number;
  readonly nowMs: number;
  readonly ready: boolean;
  /** Why not ready; empty when ready. */
  readonly reason: string;
  readonly tenant: string;
  readonly writable: boolean;
  readonly seriesCount: number;
  readonly sizesBytes: Readonly<Record<string, number>>;
  readonly process: {
    readonly residentBytes: number;
    readonly heapUsedBytes: number;
    readonly cpuSeconds: number;
    readonly eventLoopDelayP99Ms: number;
  };
  /** The service's own metrics (all tenants): `name{label="value"}` to value; histograms by their sum and count. */
  readonly metrics: Readonly<Record<string, number>>;
  /** Where the doors are: `HOST:PORT`. */
  readonly links: { readonly http: string; readonly grpc: string; readonly secure: boolean };
}
