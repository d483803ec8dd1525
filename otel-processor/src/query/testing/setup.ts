import { MemoryQuerier } from '../../../../test/script/memory-querier.ts';
import { parseScript } from '../../../../test/script/promql-script.ts';
import { type Clock, type Fault, isFault, silentLogger, systemClock, Telemetry } from '../../base/index.ts';
import { createQueryEngine, type QueryEngine, queryConfigSchema } from '../index.ts';
import type { QueryResult } from '../types.ts';

export interface TestEngine {
  readonly engine: QueryEngine;
  readonly querier: MemoryQuerier;
  readonly telemetry: Telemetry;
}

/** An engine over series in the notation of promqltest's `load`. */
export function createTestEngine(load: string, config: object = {}, clock: Clock = systemClock): TestEngine {
  const querier = new MemoryQuerier();
  for (const command of parseScript(load)) {
    if (command.kind !== 'load') continue;
    for (const { labels, points } of command.series) {
      for (const [i, point] of points.entries()) {
        const timeMs = i * command.stepMs;
        if (point.kind === 'float') querier.add(labels, timeMs, point.value);
        else if (point.kind === 'histogram') querier.add(labels, timeMs, point.histogram);
        else if (point.kind === 'stale') querier.add(labels, timeMs, 'stale');
      }
    }
  }
  const telemetry = new Telemetry();
  const ports = { querier, clock, telemetry, logger: silentLogger };
  return { engine: createQueryEngine(queryConfigSchema.parse(config), ports), querier, telemetry };
}

/** The result in short: `{a="1"} 2@60000 3@120000`, one line a series. */
export function printResult(result: QueryResult | Fault): string[] {
  if (isFault(result)) return [`${result.code}: ${result.message}`];
  const { value } = result;
  switch (value.type) {
    case 'scalar':
    case 'string':
      return [String(value.value)];
    case 'vector':
      return value.samples.map(
        ({ labels, value: float, histogram }) => `${labels} ${histogram === undefined ? float : 'histogram'}`,
      );
    case 'matrix':
      return value.series.map(
        ({ labels, timestampsMs, values }) =>
          `${labels} ${Array.from(timestampsMs, (timeMs, i) => `${values[i]}@${timeMs}`).join(' ')}`,
      );
  }
}
