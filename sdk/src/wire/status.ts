/** `GET /statbar/v1/status`: what the status page shows. Rates are left to the reader: two answers and a clock. */
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
  /** Counters of the process (all tenants), by name and labels. */
  readonly counters: ReadonlyArray<{
    readonly name: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly value: number;
  }>;
  readonly links: { readonly otlpHttp: string; readonly otlpGrpc: string; readonly remoteWrite: string };
}
