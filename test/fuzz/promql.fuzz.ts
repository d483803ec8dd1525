import { isFault, ManualClock, silentLogger, Telemetry } from '../../otel-processor/src/base/index.ts';
import { LabelSet } from '../../otel-processor/src/model/index.ts';
import {
  createQueryEngine,
  formatExpression,
  parseExpressionJson,
  parseSelector,
  queryConfigSchema,
} from '../../otel-processor/src/query/index.ts';
import { MemoryQuerier } from '../script/memory-querier.ts';
import type { FuzzTarget } from './target.ts';

const querier = new MemoryQuerier();
for (let i = 0; i < 20; i++) {
  querier.add(LabelSet.from({ __name__: 'up', job: 'a', le: '1' }), i * 60_000, i);
  querier.add(LabelSet.from({ __name__: 'up', job: 'b', le: '+Inf' }), i * 60_000, i * i);
}
const engine = createQueryEngine(queryConfigSchema.parse({ steps_max: 100, samples_max: 100_000 }), {
  querier,
  clock: new ManualClock(),
  telemetry: new Telemetry(),
  logger: silentLogger,
});

const expressions = [
  'sum by (job) (rate(up{job=~"a|b", le!=""}[5m] offset -1m @ start()))',
  'histogram_quantile(0.9, sum by (le) (rate({"up"}[10m]))) > bool 0x1F ^ -2',
  'topk(2, up) or on (job) group_left () label_replace(up, "x", "$1-${2}", "job", "(.)(.*)")',
  'max_over_time((up - 1)[30m:1m] @ end() offset step()) unless ignoring (le) absent(up)',
  'up + on (job, le) fill (0) up and vector(time() % 1e3) </ 5 atan2 1h30m',
  'count_values("v", up) * on () group_right (job) quantile(.5, up anchored) # done',
];

/** The text as an expression and as a selector; what parses must print, print again the same, and evaluate. */
export const target: FuzzTarget = {
  name: 'promql',
  run(bytes) {
    const text = new TextDecoder().decode(bytes);
    evaluated = Promise.resolve();
    parseSelector(text);
    const tree = parseExpressionJson(text);
    const pretty = formatExpression(text);
    if (isFault(tree) || isFault(pretty)) return;
    const again = formatExpression(pretty);
    if (again !== pretty) throw new Error(`${JSON.stringify(pretty)} is printed as ${JSON.stringify(again)}`);
    evaluated = evaluate(text);
  },
  settled: () => evaluated,
  seeds: () => expressions.map((expression) => new TextEncoder().encode(expression)),
};

let evaluated: Promise<void> = Promise.resolve();

/** At one time and at several. */
async function evaluate(text: string): Promise<void> {
  const results = [
    await engine.instant(text, { timeMs: 600_000 }),
    await engine.range(text, { fromMs: 300_000, toMs: 900_000, stepMs: 150_000 }),
  ];
  for (const result of results) {
    if (isFault(result) && result.code === 'internal')
      throw new Error(`${JSON.stringify(text)}: ${result.message}`);
  }
}
