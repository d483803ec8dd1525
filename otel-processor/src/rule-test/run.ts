import {
  GroupRunner,
  parseRuleFiles,
  type RuleFileText,
  type RuleGroup,
  rulesConfigSchema,
} from '../alert/index.ts';
import { type Fault, isFault, ManualClock, permanent, silentLogger, Telemetry } from '../base/index.ts';
import { Batch, type LabelSet, SeriesRegistry, type SeriesResolver } from '../model/index.ts';
import {
  createQueryEngine,
  formatExpression,
  type InstantSample,
  parseHistogramNotation,
  parseMetric,
  parseSeriesLine,
  type QueryEngine,
  queryConfigSchema,
  sameHistograms,
} from '../query/index.ts';
import { createStore, type Store, storeConfigSchema } from '../store/index.ts';
import type { RuleTest, RuleTestFile } from './test-file.ts';

const DEFAULT_INTERVAL_MS = 60_000;
/** Evaluations of all groups in one test. */
const EVALUATIONS_MAX = 1_000_000;

/** What one test came to: no lines when it passed. */
export interface RuleTestOutcome {
  readonly name: string;
  readonly failures: readonly string[];
}

/** Runs every test of a file against the rules of its rule files. */
export async function runRuleTests(
  testFile: RuleTestFile,
  ruleFiles: readonly RuleFileText[],
): Promise<readonly RuleTestOutcome[] | Fault> {
  const intervalMs = testFile.evaluation_interval || DEFAULT_INTERVAL_MS;
  const config = rulesConfigSchema.parse({});
  const groups = parseRuleFiles({ ...config, evaluation_interval: intervalMs }, ruleFiles, (expression) => {
    const formatted = formatExpression(expression);
    return isFault(formatted) ? formatted : undefined;
  });
  if (isFault(groups)) return groups;
  const order = testFile.group_eval_order;
  const unknown = order.find((name) => !groups.some((group) => group.name === name));
  if (unknown !== undefined)
    return permanent('invalid', `group_eval_order: there is no group ${JSON.stringify(unknown)}`);
  const ordered = [...groups].sort((a, b) => rank(order, a) - rank(order, b));
  const outcomes: RuleTestOutcome[] = [];
  for (const [i, test] of testFile.tests.entries()) {
    const world = await openWorld();
    try {
      const failures = await new TestRun(test, intervalMs, ordered, world, testFile.fuzzy_compare).run();
      outcomes.push({ name: test.name ?? `test ${i + 1}`, failures });
    } finally {
      await world.store.close(1000);
    }
  }
  return outcomes;
}

function rank(order: readonly string[], group: RuleGroup): number {
  const at = order.indexOf(group.name);
  return at < 0 ? order.length : at;
}

interface World {
  readonly store: Store;
  readonly engine: QueryEngine;
  readonly resolver: SeriesResolver;
  readonly clock: ManualClock;
  readonly telemetry: Telemetry;
}

async function openWorld(): Promise<World> {
  const clock = new ManualClock(0);
  const telemetry = new Telemetry();
  const registry = new SeriesRegistry();
  const storeConfig = storeConfigSchema.parse({ durability: 'memory' });
  const store = await createStore(storeConfig, { dir: '', clock, logger: silentLogger, telemetry, registry });
  if (isFault(store)) throw new Error(store.message);
  const engine = createQueryEngine(queryConfigSchema.parse({}), {
    querier: store,
    clock,
    telemetry,
    logger: silentLogger,
  });
  const resolver: SeriesResolver = {
    get generation() {
      return registry.generation;
    },
    resolve: (labels) => registry.getOrCreate(labels),
    describe: (reason) => reason,
  };
  return { store, engine, resolver, clock, telemetry };
}

class TestRun {
  readonly #test: RuleTest;
  readonly #intervalMs: number;
  readonly #world: World;
  readonly #fuzzy: boolean;
  readonly #runners: readonly GroupRunner[];
  readonly #failures: string[] = [];

  constructor(
    test: RuleTest,
    intervalMs: number,
    groups: readonly RuleGroup[],
    world: World,
    fuzzy: boolean,
  ) {
    this.#test = test;
    this.#intervalMs = intervalMs;
    this.#world = world;
    this.#fuzzy = fuzzy;
    const { engine, resolver, clock, telemetry, store } = world;
    const context = {
      engine,
      externalLabels: new Map(Object.entries(test.external_labels)),
      externalUrl: test.external_url ?? '',
    };
    const consumer = { consume: (batch: Batch) => store.append(batch) };
    this.#runners = groups.map(
      (group) =>
        new GroupRunner(group, { context, consumer, resolver, clock, logger: silentLogger, telemetry }),
    );
  }

  async run(): Promise<readonly string[]> {
    const fault = await this.#load();
    if (fault !== undefined) return [fault];
    const alertTests = [...this.#test.alert_rule_test].sort((a, b) => a.eval_time - b.eval_time);
    const endMs = Math.max(
      0,
      ...alertTests.map((each) => each.eval_time),
      ...this.#test.promql_expr_test.map((each) => each.eval_time),
    );
    if ((endMs / this.#intervalMs) * this.#runners.length > EVALUATIONS_MAX) {
      return [`more than ${EVALUATIONS_MAX} evaluations: choose a longer evaluation_interval`];
    }
    let next = 0;
    for (let timeMs = 0; timeMs <= endMs; timeMs += this.#intervalMs) {
      for (const runner of this.#runners) {
        await runner.evaluate(timeMs);
        this.#collectErrors(runner, timeMs);
      }
      // A test between two evaluations sees the state after the first.
      while (next < alertTests.length && alertTests[next].eval_time < timeMs + this.#intervalMs) {
        this.#checkAlerts(alertTests[next++]);
      }
    }
    for (const each of this.#test.promql_expr_test) await this.#checkExpression(each);
    return this.#failures;
  }

  async #load(): Promise<string | undefined> {
    const stepMs = this.#test.interval || this.#intervalMs;
    const batch = new Batch();
    for (const { series, values } of this.#test.input_series) {
      let line: ReturnType<typeof parseSeriesLine>;
      try {
        line = parseSeriesLine(`${series} ${values}`);
      } catch (error) {
        return `input_series ${JSON.stringify(series)}: ${error instanceof Error ? error.message : String(error)}`;
      }
      if (line.labels.size === 0) return `input_series ${JSON.stringify(series)}: not a series`;
      const seriesId = this.#world.resolver.resolve(line.labels);
      if (typeof seriesId !== 'number') return seriesId;
      line.points.forEach((point, i) => {
        const timestampMs = i * stepMs;
        const at = batch.pointCount++;
        if (point.kind === 'float') batch.add(at, seriesId, timestampMs, point.value);
        else if (point.kind === 'stale') batch.addStale(at, seriesId, timestampMs);
        else if (point.kind === 'histogram') batch.addHistogram(at, seriesId, timestampMs, point.histogram);
      });
    }
    const fault = await this.#world.store.append(batch);
    return (
      fault?.message ??
      (batch.rejections.points > 0 ? `input_series: ${batch.rejections.message()}` : undefined)
    );
  }

  #collectErrors(runner: GroupRunner, timeMs: number): void {
    for (const { rule, lastError } of runner.status().rules) {
      if (lastError === '') continue;
      const name = rule.kind === 'recording' ? rule.record : rule.alert;
      const failure = `rule ${name}, at ${timeMs / 1000}s: ${lastError}`;
      if (this.#failures.length < 20) this.#failures.push(failure);
    }
  }

  #checkAlerts(test: RuleTest['alert_rule_test'][number]): void {
    const got: string[] = [];
    for (const runner of this.#runners) {
      for (const { rule, alerts } of runner.status().rules) {
        if (rule.kind !== 'alerting' || rule.alert !== test.alertname) continue;
        for (const { labels, annotations, standing } of alerts) {
          if (standing.state === 'firing')
            got.push(describeAlert(labels.toRecord(), Object.fromEntries(annotations)));
        }
      }
    }
    const expected = test.exp_alerts.map((alert) =>
      describeAlert({ ...alert.exp_labels, alertname: test.alertname }, alert.exp_annotations),
    );
    this.#compare(`alertname: ${test.alertname}, time: ${test.eval_time / 1000}s`, expected, got);
  }

  async #checkExpression(test: RuleTest['promql_expr_test'][number]): Promise<void> {
    const where = `expr: ${JSON.stringify(test.expr)}, time: ${test.eval_time / 1000}s`;
    const result = await this.#world.engine.instant(test.expr, { timeMs: test.eval_time });
    if (isFault(result)) {
      this.#failures.push(`${where}\n  error: ${result.message}`);
      return;
    }
    const { value } = result;
    const got: Array<Pick<InstantSample, 'value' | 'histogram'> & { readonly labels: string }> = [];
    if (value.type === 'vector') {
      for (const { labels, value: each, histogram } of value.samples) {
        got.push({ labels: describeLabels(labels), value: each, histogram });
      }
    } else if (value.type === 'scalar') {
      got.push({ labels: '{}', value: value.value, histogram: undefined });
    } else {
      this.#failures.push(`${where}\n  error: the result is a ${value.type}`);
      return;
    }
    const wanted = new Map(
      test.exp_samples.map((each) => [describeLabels(parseMetric(each.labels).labels), each]),
    );
    const agree =
      wanted.size === got.length &&
      got.every((sample) => {
        const want = wanted.get(sample.labels);
        if (want === undefined) return false;
        if (want.histogram === undefined)
          return sample.histogram === undefined && this.#sameValue(want.value, sample.value);
        return (
          sample.histogram !== undefined &&
          sameHistograms(parseHistogramNotation(want.histogram).histogram, sample.histogram)
        );
      });
    if (agree) return;
    const expected = [...wanted].map(
      ([labels, { value: each, histogram }]) => `${labels} ${histogram ?? each}`,
    );
    this.#compare(
      where,
      expected,
      got.map(
        ({ labels, value: each, histogram }) =>
          `${labels} ${histogram === undefined ? each : JSON.stringify(histogram)}`,
      ),
      true,
    );
  }

  #sameValue(wanted: number, got: number): boolean {
    if (Object.is(wanted, got) || wanted === got) return true;
    if (!this.#fuzzy) return false;
    return Math.abs(wanted - got) <= 1e-13 * Math.max(Math.abs(wanted), Math.abs(got));
  }

  #compare(where: string, expected: readonly string[], got: readonly string[], differ = false): void {
    const [left, right] = [[...expected].sort(), [...got].sort()];
    if (!differ && left.length === right.length && left.every((line, i) => line === right[i])) return;
    const list = (lines: readonly string[]): string =>
      lines.length === 0 ? '    nothing' : lines.map((line) => `    ${line}`).join('\n');
    this.#failures.push(`${where}\n  expected:\n${list(left)}\n  got:\n${list(right)}`);
  }
}

function describeAlert(
  labels: Readonly<Record<string, string>>,
  annotations: Readonly<Record<string, string>>,
): string {
  return `labels: ${describeRecord(labels)} annotations: ${describeRecord(annotations)}`;
}

function describeRecord(record: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(record).sort(([a], [b]) => (a < b ? -1 : Number(a > b)));
  return `{${pairs.map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(', ')}}`;
}

function describeLabels(labels: LabelSet): string {
  return labels.toString();
}
