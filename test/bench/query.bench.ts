import {
  type Fault,
  isFault,
  silentLogger,
  systemClock,
  Telemetry,
} from '../../otel-processor/src/base/index.ts';
import { functions } from '../../otel-processor/src/query/functions/index.ts';
import { createQueryEngine, queryConfigSchema } from '../../otel-processor/src/query/index.ts';
import { parseExpression } from '../../otel-processor/src/query/syntax/index.ts';
import type { QueryResult } from '../../otel-processor/src/query/types.ts';
import { createFleet, sampleCount, sampleEveryMs } from './column-querier.ts';
import { ownCpuSeconds, spreadOf } from './harness.ts';
import { type Figure, figure, publish } from './report.ts';

/** The engine alone: 10,000 series of 200 samples, read from memory without any decoding. */
const rounds = 9;
const PARSES = 20_000;
const endMs = (sampleCount - 1) * sampleEveryMs;
const engine = createQueryEngine(queryConfigSchema.parse({}), {
  querier: createFleet(1),
  clock: systemClock,
  telemetry: new Telemetry(),
  logger: silentLogger,
});

const cases: ReadonlyArray<readonly [key: string, what: string, run: () => Promise<QueryResult | Fault>]> = [
  [
    'instant-500',
    'instant sum(rate[5m]), 500 series',
    () => engine.instant('sum(rate(http_requests_total{job="job-1"}[5m]))', { timeMs: endMs }),
  ],
  [
    'range-500',
    'range 45m/15s sum by, 500 series',
    () =>
      engine.range('sum by (region) (rate(http_requests_total{job="job-1"}[5m]))', {
        fromMs: endMs - 45 * 60_000,
        toMs: endMs,
        stepMs: 15_000,
      }),
  ],
  [
    'range-10k',
    'range 45m/60s sum by, 10 k series',
    () =>
      engine.range('sum by (job) (rate(http_requests_total[5m]))', {
        fromMs: endMs - 45 * 60_000,
        toMs: endMs,
        stepMs: 60_000,
      }),
  ],
  [
    'topk-10k',
    'topk(10, increase[30m]), 10 k series',
    () => engine.instant('topk(10, increase(http_requests_total[30m]))', { timeMs: endMs }),
  ],
  [
    'buckets-10k',
    'range 45m/60s sum by (le), 10 k buckets',
    () =>
      engine.range('sum by (le) (rate(latency_bucket[5m]))', {
        fromMs: endMs - 45 * 60_000,
        toMs: endMs,
        stepMs: 60_000,
      }),
  ],
];

const expressions = [
  'up',
  'sum by (job) (rate(http_requests_total{code=~"5.."}[5m])) / sum by (job) (rate(http_requests_total[5m]))',
  'histogram_quantile(0.99, sum by (le, job) (rate(latency_bucket{region="eu"}[5m])))',
  'max_over_time(deriv(rate(distance_covered_total[5s])[30s:5s])[10m:])',
  'topk(10, increase(http_requests_total{job="api", instance!~"test-.*"}[30m] offset 1h))',
  '(node_memory_MemTotal - node_memory_MemFree) / node_memory_MemTotal > bool 0.9 and on (instance) up == 1',
];

async function main(): Promise<void> {
  const figures: Figure[] = [];
  for (const [key, what, run] of cases) {
    const walls: number[] = [];
    const cpus: number[] = [];
    for (let round = 0; round < rounds + 3; round++) {
      const cpuBefore = ownCpuSeconds();
      const before = performance.now();
      const result = await run();
      if (isFault(result)) throw new Error(result.message);
      if (round < 3) continue;
      walls.push(performance.now() - before);
      cpus.push((ownCpuSeconds() - cpuBefore) * 1000);
    }
    figures.push(figure(`query/${key}/wall`, what, 'ms', spreadOf(walls)));
    figures.push(figure(`query/${key}/cpu`, `${what}, CPU`, 'ms', spreadOf(cpus)));
  }
  const rates: number[] = [];
  for (let round = 0; round < 4; round++) {
    const cpuBefore = ownCpuSeconds();
    for (let i = 0; i < PARSES; i++) parseExpression(expressions[i % expressions.length], functions);
    // The first round warms up.
    if (round > 0) rates.push(PARSES / (ownCpuSeconds() - cpuBefore));
  }
  figures.push(figure('query/parse', 'parse and check', 'expressions/CPU-s', spreadOf(rates)));
  publish('query', figures, ['The engine alone; query-http measures the whole way against Prometheus.']);
}

await main();
