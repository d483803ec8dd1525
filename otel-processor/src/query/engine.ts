import {
  type Clock,
  type Fault,
  FaultError,
  isFault,
  type Logger,
  permanent,
  type Telemetry,
} from '../base/index.ts';
import type { Querier } from '../store/types.ts';
import { ConcurrencyGate } from './concurrency.ts';
import type { QueryConfig } from './config.ts';
import { Evaluation, type EvaluationSettings } from './evaluate/evaluation.ts';
import { createEvaluator } from './evaluate/evaluator.ts';
import { markStepInvariant } from './evaluate/plan.ts';
import { markTotalsOnly } from './evaluate/plan-totals.ts';
import { instantValue, rangeValue } from './evaluate/result.ts';
import { type Steps, singleStep } from './evaluate/steps.ts';
import { functions } from './functions/index.ts';
import { type DataChanges, type EvaluateSteps, rangeThroughCache, StepCache } from './step-cache/index.ts';
import { type Expr, parseExpression } from './syntax/index.ts';
import type {
  InstantQuery,
  QueryEngine,
  QueryOptions,
  QueryResult,
  QueryValue,
  RangeQuery,
} from './types.ts';

export interface QueryPorts {
  readonly querier: Querier;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  readonly logger: Logger;
  /** Without it nothing is known of changes, and no result is used twice. */
  readonly changes?: DataChanges;
}

/** Longest time, in milliseconds from the epoch in either direction, that a query may name. */
const TIME_MAX_MS = 8.64e15;

export function createQueryEngine(config: QueryConfig, ports: QueryPorts): QueryEngine {
  return new PromqlEngine(config, ports);
}

class PromqlEngine implements QueryEngine {
  readonly #config: QueryConfig;
  readonly #ports: QueryPorts;
  readonly #gate: ConcurrencyGate;
  readonly #cache: StepCache | undefined;

  constructor(config: QueryConfig, ports: QueryPorts) {
    this.#config = config;
    this.#ports = ports;
    this.#gate = new ConcurrencyGate(config.concurrency_max, config.queue_max);
    const { changes, telemetry } = ports;
    if (changes !== undefined && config.step_cache_points > 0) {
      const cache = new StepCache(changes, config.step_cache_points);
      this.#cache = cache;
      telemetry.observed(
        'statbar_query_step_cache_points',
        'Samples of earlier range queries kept.',
        'gauge',
        () => cache.points,
      );
    }
    telemetry.observed(
      'statbar_queries_running',
      'Queries being evaluated.',
      'gauge',
      () => this.#gate.running,
    );
    telemetry.observed(
      'statbar_queries_waiting',
      'Queries waiting for their turn.',
      'gauge',
      () => this.#gate.waiting,
    );
  }

  async instant(expression: string, query: InstantQuery): Promise<QueryResult | Fault> {
    if (!(Math.abs(query.timeMs) <= TIME_MAX_MS)) return permanent('invalid', 'time is out of range');
    return this.#run(expression, singleStep(query.timeMs), query, false);
  }

  async range(expression: string, query: RangeQuery): Promise<QueryResult | Fault> {
    const { fromMs, toMs, stepMs } = query;
    if (!(Math.abs(fromMs) <= TIME_MAX_MS && Math.abs(toMs) <= TIME_MAX_MS)) {
      return permanent('invalid', 'start or end is out of range');
    }
    if (!(stepMs > 0)) {
      return permanent(
        'invalid',
        'zero or negative query resolution step widths are not accepted. Try a positive integer',
      );
    }
    if (toMs < fromMs) return permanent('invalid', 'end timestamp must not be before start time');
    const count = Math.floor((toMs - fromMs) / stepMs) + 1;
    if (count > this.#config.steps_max) {
      this.#count('steps');
      return permanent(
        'invalid',
        `exceeded maximum resolution of ${this.#config.steps_max} points per timeseries (query.steps_max). ` +
          'Try decreasing the query resolution (?step=XX)',
      );
    }
    return this.#run(expression, { startMs: fromMs, stepMs, count }, query, true);
  }

  async #run(
    expression: string,
    steps: Steps,
    options: QueryOptions,
    isRange: boolean,
  ): Promise<QueryResult | Fault> {
    const { clock } = this.#ports;
    const parsed = parseExpression(expression, functions);
    if (isFault(parsed)) return parsed;
    const queuedMs = clock.monotonicMs();
    const timeoutMs = Math.min(options.timeoutMs ?? this.#config.timeout, this.#config.timeout);
    const refused = await this.#gate.enter(options.signal, () =>
      permanent('canceled', 'query was canceled while waiting for its turn'),
    );
    if (refused !== undefined) {
      if (refused.code === 'overloaded') this.#count('concurrency');
      return refused;
    }
    const startedMs = clock.monotonicMs();
    const lookbackMs = options.lookbackMs ?? this.#config.lookback_delta;
    const settings: EvaluationSettings = {
      lookbackMs,
      timeoutMs: timeoutMs - (startedMs - queuedMs),
      samplesMax: this.#config.samples_max,
      subqueryStepMs: this.#config.subquery_step,
      subqueryStepsMax: this.#config.steps_max * 10,
      delayedNameRemoval: this.#config.delayed_name_removal,
      signal: options.signal,
    };
    const evaluate: EvaluateSteps = (startMs, count) => {
      const part = { startMs, stepMs: steps.stepMs, count };
      return evaluateQuery(
        parsed,
        new Evaluation(expression, part, isRange, this.#ports.querier, clock, settings),
      );
    };
    try {
      if (!isRange || this.#cache === undefined) return await evaluate(steps.startMs, steps.count);
      const { startMs: fromMs, stepMs, count } = steps;
      return await rangeThroughCache(
        this.#cache,
        { expr: parsed, fromMs, stepMs, count, lookbackMs },
        evaluate,
      );
    } catch (error) {
      return this.#fault(error, expression);
    } finally {
      this.#gate.leave();
      this.#ports.telemetry
        .distribution('statbar_query_seconds', 'Time from start to end of evaluation.')
        .observe((clock.monotonicMs() - startedMs) / 1000);
    }
  }

  #fault(error: unknown, expression: string): Fault {
    if (error instanceof FaultError) {
      const { fault } = error;
      if (fault.code === 'timeout') this.#count('timeout');
      else if (fault.message.includes('query.samples_max')) this.#count('samples');
      else if (fault.message.includes('query.steps_max')) this.#count('steps');
      return fault;
    }
    const message = error instanceof Error ? error.message : String(error);
    this.#ports.logger.error('query failed', {
      expression,
      error: error instanceof Error ? error.stack : message,
    });
    return permanent('internal', `internal error in query evaluation: ${message}`);
  }

  #count(reason: string): void {
    this.#ports.telemetry
      .counter('statbar_query_limit_hits_total', 'Queries that hit one of their limits.', { reason })
      .add(1);
  }
}

async function evaluateQuery(parsed: Expr, evaluation: Evaluation): Promise<QueryResult> {
  const expr = markTotalsOnly(markStepInvariant(parsed, { functions }));
  const evaluator = createEvaluator(evaluation, functions);
  const value: QueryValue = evaluation.isRange
    ? await rangeValue(expr, evaluator, evaluation, functions)
    : await instantValue(expr, evaluator, evaluation, functions);
  return {
    value,
    warnings: evaluation.warnings,
    infos: evaluation.infos,
    statistics: {
      evaluationMs: evaluation.elapsedMs,
      samplesTotal: evaluation.samplesTotal,
      samplesPeak: evaluation.samplesPeak,
      seriesTotal: evaluation.seriesTotal,
    },
  };
}
