import { indexOf, type Metric, resolve, type VocabularyIndex } from '../../../chatops-bot/src/words/index.ts';
import {
  knownQuestions,
  knownVocabulary,
  nowMs,
  timeZone,
} from '../../../chatops-bot/src/words/questions.test-support.ts';
import { createPrng } from '../../../otel-processor/src/base/index.ts';
import { ownCpuSeconds } from '../harness.ts';
import { type Figure, publish, single } from '../report.ts';

/**
 * Questions in plain words: how many of the corpus are resolved right without asking, and what one costs, over the corpus's
 * own metrics and over very many others that are called alike. Each question is asked three times; the least counts, so that
 * the figure is of the question and not of the collector of garbage.
 */
const SEED = 11;
const SERVICES = 3000;
const REPEATS = 3;

const subjects =
  'http grpc checkout payment cart search kafka redis mysql node kube go jvm nginx queue mail auth'.split(
    ' ',
  );
const things =
  'requests errors latency duration bytes connections sessions messages retries timeouts hits misses size age depth lag usage limit'.split(
    ' ',
  );
const units = ['_total', '_seconds', '_bytes', '_ratio', ''];
const labels = ['region', 'host_name', 'device_type', 'job', 'status'];

/** The corpus's metrics among `count` of services that nobody asks for. */
function manyMetrics(count: number): Metric[] {
  const prng = createPrng(SEED);
  const pick = <T>(all: readonly T[]): T => all[Math.floor(prng.next() * all.length)];
  const metrics: Metric[] = [...knownVocabulary().metrics];
  while (metrics.length < count) {
    const service = metrics.length % SERVICES;
    const name = `svc${service}_${pick(subjects)}_${pick(things)}_${pick(things)}_${metrics.length}${pick(units)}`;
    metrics.push({
      name,
      kind: pick(['counter', 'gauge', 'histogram'] as const),
      help: `The ${pick(things)} of ${pick(subjects)} in service ${service}`,
      labels: labels.slice(0, 2 + (metrics.length % 4)),
    });
  }
  return metrics;
}

function judge(index: VocabularyIndex): { readonly right: number; readonly costsMs: readonly number[] } {
  const now = { nowMs, timeZone };
  const costsMs: number[] = [];
  let right = 0;
  for (const question of knownQuestions()) {
    let least = Number.POSITIVE_INFINITY;
    for (let repeat = 0; repeat < REPEATS; repeat++) {
      const before = ownCpuSeconds();
      const resolution = resolve(question.text, index, now);
      least = Math.min(least, (ownCpuSeconds() - before) * 1000);
      const isRight = resolution.kind === 'plan' && resolution.plan.expression === question.expression;
      if (repeat === 0 && isRight) right += 1;
    }
    costsMs.push(least);
  }
  return { right: right / costsMs.length, costsMs: costsMs.sort((a, b) => a - b) };
}

const figures: Figure[] = [];
for (const count of [0, 10_000, 100_000]) {
  const metrics = manyMetrics(count);
  const values = knownVocabulary().values;
  const before = ownCpuSeconds();
  const index = indexOf({ metrics, values });
  const indexed = (ownCpuSeconds() - before) * 1000;
  judge(index);
  const { right, costsMs } = judge(index);
  const key = `words/${metrics.length}`;
  const what = `${metrics.length} metrics`;
  const at = (quantile: number): number =>
    costsMs[Math.min(costsMs.length - 1, Math.floor(costsMs.length * quantile))];
  figures.push(
    single(`${key}/right`, `${what}: expressions right without asking`, '%', right * 100),
    single(`${key}/median`, `${what}: a question, median`, 'ms CPU', at(0.5)),
    single(`${key}/p99`, `${what}: a question, p99`, 'ms CPU', at(0.99)),
    single(`${key}/index`, `${what}: indexing`, 'ms CPU', indexed),
  );
}
publish('words', figures, ['reach: 85 % right of the corpus; under 20 ms a question over 100,000 metrics']);
