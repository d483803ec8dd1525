import { createPrng } from '../../otel-processor/src/base/index.ts';
import { LabelSet } from '../../otel-processor/src/model/index.ts';

export interface ReferenceSeries {
  readonly labels: Readonly<Record<string, string>>;
  readonly timesMs: readonly number[];
  readonly values: readonly number[];
}

/** Samples come every 15 s, at a time of their own that no range's edge falls on. */
const everyMs = 15_000;
const offsetMs = 3217;

/**
 * Counters with restarts, gauges with gaps, and classic histograms. Counters begin high and have no gaps, since
 * versions differ in how far they extrapolate to zero at the begin of a series.
 */
export function referenceSeries(seed: number, startMs: number, sampleCount: number): ReferenceSeries[] {
  const prng = createPrng(seed);
  const all: ReferenceSeries[] = [];
  const times = Array.from({ length: sampleCount }, (_, i) => startMs + i * everyMs + offsetMs);
  const bounds = ['0.1', '0.5', '1', '5', '+Inf'];
  for (const job of ['api', 'web', 'batch']) {
    for (const instance of ['1', '2', '3']) {
      const own = { job, instance };
      let total = 1e6 + prng.integer(0, 1e6);
      const counter = times.map(() => {
        total = prng.next() < 0.02 ? 5e5 + prng.integer(0, 1e5) : total + prng.integer(0, 60);
        return total;
      });
      all.push({
        labels: { __name__: 'requests_total', ...own, code: prng.next() < 0.5 ? '200' : '500' },
        timesMs: times,
        values: counter,
      });
      const kept = times.filter(() => prng.next() > 0.2);
      for (const [name, scale] of [
        ['temperature', 10],
        ['load', 1],
      ] as const) {
        all.push({
          labels: { __name__: name, ...own },
          timesMs: kept,
          values: kept.map(() => prng.normal() * scale),
        });
      }
      const below = new Array<number>(times.length).fill(0);
      for (const le of bounds) {
        let cumulative = 1000 + prng.integer(0, 500);
        const values = times.map((_, i) => {
          cumulative += prng.integer(0, 20);
          below[i] += cumulative;
          return below[i];
        });
        all.push({ labels: { __name__: 'latency_bucket', ...own, le }, timesMs: times, values });
      }
    }
  }
  return all;
}

/** Prometheus wants labels sorted by name. */
export function sortedLabels(labels: Readonly<Record<string, string>>): Record<string, string> {
  return LabelSet.from(labels).toRecord();
}
