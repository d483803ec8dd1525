import { monitorEventLoopDelay, PerformanceObserver } from 'node:perf_hooks';
import type { Clock, Telemetry } from '../../base/index.ts';

export interface ProcessMetrics {
  /** 99th percentile of the event loop's delay in the last seconds, milliseconds. */
  recentDelayP99Ms(): number;
  /** Starts a new period for the delays on the page of metrics. */
  lap(): void;
  stop(): void;
}

/** Length of the periods that `recentDelayP99Ms` looks at: the running one and the one before. */
const RECENT_PERIOD_MS = 5000;

const delayQuantiles = [
  ['p50', 0.5],
  ['p90', 0.9],
  ['p99', 0.99],
  ['max', 1],
] as const;

/** Registers what the process knows of itself, under the names that Prometheus client libraries use. */
export function observeProcess(telemetry: Telemetry, clock: Clock, startTimeMs: number): ProcessMetrics {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delay.enable();
  const gauge = (name: string, help: string, read: () => number): void =>
    telemetry.observed(name, help, 'gauge', read);
  telemetry.observed('process_cpu_seconds_total', 'CPU time used, user and system.', 'counter', () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  });
  gauge('process_start_time_seconds', 'Start of the process since the epoch.', () => startTimeMs / 1000);
  gauge('process_resident_memory_bytes', 'Resident memory.', () => process.memoryUsage.rss());
  gauge('nodejs_heap_size_used_bytes', 'JavaScript heap in use.', () => process.memoryUsage().heapUsed);
  gauge(
    'nodejs_external_memory_bytes',
    'Memory of buffers outside the heap.',
    () => process.memoryUsage().external,
  );
  for (const [name, quantile] of delayQuantiles) {
    gauge(
      `nodejs_eventloop_lag_${name}_seconds`,
      'Delay of the event loop since the last reading of this page.',
      () => milliseconds(delay, quantile) / 1000,
    );
  }
  const stopGc = observeGarbageCollection(telemetry);
  const recent = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  recent.enable();
  let earlierP99Ms = 0;
  const timer = clock.every(RECENT_PERIOD_MS, () => {
    earlierP99Ms = milliseconds(recent, 0.99);
    recent.reset();
  });
  return {
    recentDelayP99Ms: () => Math.max(earlierP99Ms, milliseconds(recent, 0.99)),
    lap: () => delay.reset(),
    stop() {
      timer.cancel();
      delay.disable();
      recent.disable();
      stopGc();
    },
  };
}

/** How often the loop is asked whether it is late. */
const RESOLUTION_MS = 10;

/** The histogram counts whole sampling periods; the period itself is no delay. */
function milliseconds(delay: ReturnType<typeof monitorEventLoopDelay>, quantile: number): number {
  if (delay.count === 0) return 0;
  const valueNs = quantile === 1 ? delay.max : delay.percentile(quantile * 100);
  return Math.max(0, valueNs / 1e6 - RESOLUTION_MS);
}

const gcKinds: Readonly<Record<number, string>> = {
  1: 'minor',
  4: 'major',
  8: 'incremental',
  16: 'weak_callbacks',
};

function observeGarbageCollection(telemetry: Telemetry): () => void {
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      const kind = gcKinds[(entry as unknown as { detail?: { kind?: number } }).detail?.kind ?? 0] ?? 'other';
      telemetry
        .distribution('nodejs_gc_duration_seconds', 'Pauses of the garbage collector.', gcBounds, { kind })
        .observe(entry.duration / 1000);
    }
  });
  observer.observe({ entryTypes: ['gc'] });
  return () => observer.disconnect();
}

const gcBounds = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5];
