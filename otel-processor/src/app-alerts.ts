import { join } from 'node:path';
import {
  AlertDoors,
  AlertEngine,
  type ForecastCondition,
  type RuleGroup,
  RuleManager,
} from './alert/index.ts';
import { type Clock, type Fault, isFault, type Logger, permanent, type Telemetry } from './base/index.ts';
import type { Config } from './config/index.ts';
import type { Insight } from './insight/index.ts';
import { Batch, LabelSet } from './model/index.ts';
import type { Pipeline } from './pipeline/index.ts';
import { type InstantSample, type QueryEngine, splitCondition } from './query/index.ts';
import { type EventLog, openEventLog } from './store/index.ts';

/** One tenant's rules and alerts, and the log that they are kept in. */
export interface OpenAlerts {
  readonly rules: RuleManager;
  readonly engine: AlertEngine;
  readonly doors: AlertDoors;
  readonly log: EventLog;
}

export interface AlertParts {
  readonly config: Config;
  /** Of the tenant. */
  readonly dir: string;
  readonly ruleGroups: readonly RuleGroup[];
  readonly clock: Clock;
  readonly logger: Logger;
  readonly telemetry: Telemetry;
  readonly pipeline: Pipeline;
  readonly engine: QueryEngine;
  readonly insight: Insight;
}

/** Opens the alerts on their folder, and lets rules and deliveries begin. */
export async function openAlerts(parts: AlertParts): Promise<OpenAlerts | Fault> {
  const { config, clock, logger, telemetry, pipeline } = parts;
  const ports = { clock, logger, telemetry };
  const opened = await openEventLog(config.store, { ...ports, dir: join(parts.dir, 'alerts') });
  if (isFault(opened)) return opened;
  const { log, content } = opened;
  let rules: RuleManager | undefined;
  const engine = new AlertEngine(config.alert, {
    ...ports,
    journal: log,
    content,
    externalUrl: config.rules.external_url,
    live: (source, labels) => rules?.live(source, labels),
    chart: (source) => rules?.chart(source),
  });
  rules = new RuleManager(config.rules, parts.ruleGroups, {
    ...ports,
    engine: parts.engine,
    consumer: pipeline,
    resolver: pipeline.resolver,
    alerts: engine.sink,
    split: splitCondition,
    forecast: (condition, timeMs) => chancesOf(condition, timeMs, parts.insight),
  });
  const started = rules;
  engine.desk.retireSources((source) => started.isSource(source));
  engine.start();
  rules.start();
  const doors = new AlertDoors(engine, (name) => storeHeartbeat(name, parts));
  return { rules, engine, doors, log };
}

/** Settles when nothing is under way and everything is on the disk. */
export async function closeAlerts({ rules, engine, log }: OpenAlerts, deadlineMs: number): Promise<void> {
  await rules.stop();
  await engine.stop();
  await log.close(deadlineMs);
}

/** By series, the probability that it has crossed the threshold by the end of the horizon. */
async function chancesOf(
  { expression, threshold, direction, withinMs }: ForecastCondition,
  timeMs: number,
  insight: Insight,
): Promise<readonly InstantSample[] | Fault> {
  const forecast = await insight.forecast({
    expression,
    atMs: timeMs,
    horizonMs: withinMs,
    stepMs: undefined,
    historyMs: undefined,
    levels: [],
    threshold: { level: threshold, direction },
    timeZone: undefined,
  });
  if (isFault(forecast)) return forecast;
  return forecast.series.flatMap(({ labels, crossing }) => {
    const value = crossing?.at(-1);
    if (value === undefined) return [];
    return [{ labels: LabelSet.from(labels), timestampMs: timeMs, value, histogram: undefined }];
  });
}

/** Heartbeats are samples: `deadman` rules look for them. */
async function storeHeartbeat(
  name: string,
  { pipeline, clock }: Pick<AlertParts, 'pipeline' | 'clock'>,
): Promise<Fault | undefined> {
  const labels = LabelSet.from({ __name__: 'statbar:heartbeat', heartbeat: name });
  const seriesId = pipeline.resolver.resolve(labels);
  if (typeof seriesId !== 'number') {
    return permanent('limit', pipeline.resolver.describe(seriesId, labels));
  }
  const batch = new Batch(1);
  batch.add(batch.pointCount++, seriesId, clock.nowMs(), 1);
  return pipeline.consume(batch);
}
