import { join } from 'node:path';
import type { RuleGroup } from './alert/index.ts';
import { type Clock, type Fault, isFault, type Logger, type Telemetry } from './base/index.ts';
import type { Config } from './config/index.ts';
import { adaptiveMethod } from './detect/index.ts';
import type { SeriesRegistry } from './model/index.ts';
import type { Pipeline } from './pipeline/index.ts';
import type { QueryEngine } from './query/index.ts';
import type { AnomalyDoors } from './serve/index.ts';
import { type EventLog, openEventLog, type Querier } from './store/index.ts';
import { ReloadableWatch } from './watch/index.ts';

/** One tenant's watch, and the log that its checkpoints are in. */
export interface OpenWatch {
  readonly engine: ReloadableWatch;
  readonly log: EventLog;
}

export interface WatchParts {
  readonly config: Config;
  /** Of the tenant. */
  readonly dir: string;
  readonly ruleGroups: readonly RuleGroup[];
  readonly clock: Clock;
  readonly logger: Logger;
  readonly telemetry: Telemetry;
  readonly registry: SeriesRegistry;
  readonly pipeline: Pipeline;
  readonly querier: Querier;
  readonly engine: QueryEngine;
}

/** Opens the watch on its folder; undefined when nothing is to be watched. */
export async function openWatch(parts: WatchParts): Promise<OpenWatch | Fault | undefined> {
  const { config, clock, logger, telemetry, registry, pipeline, querier, engine: queries } = parts;
  if (!config.watch.enabled && config.watches.length === 0) return undefined;
  const dir = join(parts.dir, 'watch');
  const opened = await openEventLog(config.store, { clock, logger, telemetry, dir });
  if (isFault(opened)) return opened;
  const { log, content } = opened;
  const derived = derivedNames(config, parts.ruleGroups);
  const engine = new ReloadableWatch(config.watch, config.watches, {
    ...{ clock, logger, telemetry, registry, querier, log },
    resolver: pipeline.resolver,
    engine: queries,
    method: adaptiveMethod,
    write: (batch) => pipeline.consume(batch),
    isDerived: (metricName) => derived.has(metricName),
  });
  engine.recover(content.checkpoint);
  await engine.start();
  return { engine, log };
}

export async function closeWatch(watch: OpenWatch | undefined, deadlineMs: number): Promise<void> {
  if (watch === undefined) return;
  await watch.engine.stop();
  await watch.log.close(deadlineMs);
}

export function anomalyDoors(engine: ReloadableWatch): AnomalyDoors {
  return {
    list: (filter) => engine.episodes(filter),
    listen: (listener) => engine.listen(listener),
    status: () => engine.status(),
    signals: (limit) => engine.signals(limit),
  };
}

/** Series that views and rules make of others. */
function derivedNames({ views }: Config, ruleGroups: readonly RuleGroup[]): ReadonlySet<string> {
  const names = new Set(views.map(({ name }) => name));
  for (const { rules } of ruleGroups) {
    for (const rule of rules) if (rule.kind === 'recording') names.add(rule.record);
  }
  return names;
}
