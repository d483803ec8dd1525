import { monitorEventLoopDelay, PerformanceObserver } from 'node:perf_hooks';
import type { Telemetry } from '../../base/index.ts';

export interface ProcessMetrics {
  /** Delay of the event loop since the last `lap`, milliseconds. */
  eventLoopDelayMs(quantile: number): number;
  /** Starts a new period for the delay; returns the old one's p99 in milliseconds. */
  lap(): number;
  stop(): void;
}

/** Registers what the process knows of itself, under the names that Prometheus client libraries use. */
export function observeProcess(telemetry: Telemetry, startTimeMs: number): ProcessMetrics {
  const delay = monitorEventLoopDelay({ resolution: 10 });
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
  for (const quantile of [0.5, 0.9, 0.99, 1]) {
    telemetry.observed(
      'nodejs_eventloop_lag_seconds',
      'Delay of the event loop since the last reading of this page, by quantile.',
      'gauge',
      () => milliseconds(delay, quantile) / 1000,
      { quantile: String(quantile) },
    );
  }
  const stopGc = observeGarbageCollection(telemetry);
  return {
    eventLoopDelayMs: (quantile) => milliseconds(delay, quantile),
    lap() {
      const p99Ms = milliseconds(delay, 0.99);
      delay.reset();
      return p99Ms;
    },
    stop() {
      delay.disable();
      stopGc();
    },
  };
}

/** The histogram counts whole sampling periods; the period itself is no delay. */
function milliseconds(delay: ReturnType<typeof monitorEventLoopDelay>, quantile: number): number {
  if (delay.count === 0) return 0;
  const valueNs = quantile === 1 ? delay.max : delay.percentile(quantile * 100);
  return Math.max(0, valueNs / 1e6 - 10);
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
