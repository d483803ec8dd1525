import type { Fault } from '../../otel-processor/src/base/index.ts';
import { isFault, silentLogger, systemClock, Telemetry } from '../../otel-processor/src/base/index.ts';
import { functions } from '../../otel-processor/src/query/functions/index.ts';
import { createQueryEngine, queryConfigSchema } from '../../otel-processor/src/query/index.ts';
import { parseExpression } from '../../otel-processor/src/query/syntax/index.ts';
import type { QueryResult } from '../../otel-processor/src/query/types.ts';
import { createFleet, sampleCount, sampleEveryMs } from './column-querier.ts';
import { ownCpuSeconds } from './harness.ts';

/**
 * The engine alone: 10,000 series of 200 samples, read from memory without any decoding. Prometheus's figures
 * (facts, 2.2) are of its whole server, over the same shape of data.
 */
const rounds = 9;
const endMs = (sampleCount - 1) * sampleEveryMs;
const engine = createQueryEngine(queryConfigSchema.parse({}), {
  querier: createFleet(1),
  clock: systemClock,
  telemetry: new Telemetry(),
  logger: silentLogger,
});

const cases: ReadonlyArray<readonly [string, number, () => Promise<QueryResult | Fault>]> = [
  [
    'instant sum(rate[5m]), 500 series',
    14.6,
    () => engine.instant('sum(rate(http_requests_total{job="job-1"}[5m]))', { timeMs: endMs }),
  ],
  [
    'range 45m/15s sum by, 500 series',
    33.5,
    () =>
      engine.range('sum by (region) (rate(http_requests_total{job="job-1"}[5m]))', {
        fromMs: endMs - 45 * 60_000,
        toMs: endMs,
        stepMs: 15_000,
      }),
  ],
  [
    'range 45m/60s sum by, 10 k series',
    332,
    () =>
      engine.range('sum by (job) (rate(http_requests_total[5m]))', {
        fromMs: endMs - 45 * 60_000,
        toMs: endMs,
        stepMs: 60_000,
      }),
  ],
  [
    'topk(10, increase[30m]), 10 k series',
    216,
    () => engine.instant('topk(10, increase(http_requests_total[30m]))', { timeMs: endMs }),
  ],
  [
    'range 45m/60s sum by (le), 10 k buckets',
    Number.NaN,
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
  for (const [name, prometheusMs, run] of cases) {
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
    const middle = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1];
    const wall = middle(walls);
    const ratio = Number.isNaN(prometheusMs)
      ? ''
      : `, ${(wall / prometheusMs).toFixed(2)} of Prometheus 2.42's ${prometheusMs} ms`;
    process.stdout.write(
      `${name.padEnd(42)} p50 ${wall.toFixed(1)} ms, CPU ${middle(cpus).toFixed(1)} ms${ratio}\n`,
    );
  }
  for (let i = 0; i < 3000; i++) parseExpression(expressions[i % expressions.length], functions);
  const cpuBefore = ownCpuSeconds();
  const parses = 30_000;
  for (let i = 0; i < parses; i++) parseExpression(expressions[i % expressions.length], functions);
  const rate = parses / (ownCpuSeconds() - cpuBefore);
  process.stdout.write(`parse and check: ${Math.round(rate).toLocaleString('en')} expressions/CPU-s\n`);
}

await main();
