import type { QueryClient } from '@statbar/sdk/query';
import type { AlertGroup, ExplainAnswer } from '@statbar/sdk/wire';
import type { Clock, Logger } from '../base/index.ts';
import { type Details, noDetails } from '../card/index.ts';
import type { DetailSource } from '../deliver/index.ts';
import { groupChart } from './group-chart.ts';
import { lastValue } from './series.ts';

export interface DetailPorts {
  readonly query: Pick<QueryClient, 'range' | 'explain'>;
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface DetailOptions {
  readonly timeZone: string;
  /** What is not answered within this time is left out. */
  readonly timeoutMs: number;
  /** Groups whose details are remembered. */
  readonly groupsMax: number;
}

/** What was asked for so lately is not asked for again. */
const FRESH_MS = 15_000;

interface Known {
  readonly details: Details;
  readonly state: AlertGroup['state'];
  readonly atMs: number;
}

/** Asks the service for what a card shows besides the alert itself, and remembers it for the card's edits. */
export class GroupDetails implements DetailSource {
  readonly #ports: DetailPorts;
  readonly #options: DetailOptions;
  readonly #known = new Map<string, Known>();

  constructor(ports: DetailPorts, options: DetailOptions) {
    this.#ports = ports;
    this.#options = options;
  }

  known(groupId: string): Details | undefined {
    return this.#known.get(groupId)?.details;
  }

  async find(group: AlertGroup): Promise<Details> {
    if (group.chart === null) return noDetails;
    const { clock, query } = this.#ports;
    const last = this.#known.get(group.id);
    const fresh = last !== undefined && clock.monotonicMs() - last.atMs < FRESH_MS;
    if (fresh && last.state === group.state) return last.details;
    const signal = AbortSignal.timeout(this.#options.timeoutMs);
    const [drawn, explained] = await Promise.all([
      this.#unlessItFails(() => groupChart(group, query, clock.nowMs(), this.#options.timeZone, signal)),
      this.#unlessItFails(() => this.#explain(group, signal)),
    ]);
    const before = last?.details ?? noDetails;
    const actual = lastValue(drawn?.actual[0]);
    const details: Details = {
      value:
        drawn === undefined || actual === null || drawn.actual.length > 1
          ? null
          : {
              actual,
              expected: lastValue(drawn.expected ?? undefined),
              lower: drawn.chart.band?.lower.findLast((value) => value !== null) ?? null,
              upper: drawn.chart.band?.upper.findLast((value) => value !== null) ?? null,
            },
      // Once it is over there is nothing to account for any more: what was found while it fired stays.
      explanations: explained?.explanations ?? before.explanations,
      note: explained === undefined ? before.note : (explained.note ?? null),
      related: explained?.related ?? before.related,
      chart: drawn?.chart ?? before.chart,
    };
    if (this.#known.size >= this.#options.groupsMax) {
      for (const oldest of this.#known.keys()) {
        this.#known.delete(oldest);
        break;
      }
    }
    this.#known.delete(group.id);
    this.#known.set(group.id, { details, state: group.state, atMs: clock.monotonicMs() });
    return details;
  }

  async #explain(group: AlertGroup, signal: AbortSignal): Promise<ExplainAnswer | undefined> {
    if (group.chart === null || group.state === 'resolved') return undefined;
    const { query, clock } = this.#ports;
    return query.explain({ query: group.chart.expression, atMs: clock.nowMs(), signal });
  }

  async #unlessItFails<T>(ask: () => Promise<T>): Promise<T | undefined> {
    try {
      return await ask();
    } catch (error) {
      // Not every expression can be explained, and data may be gone: the card is good without it.
      this.#ports.logger.debug('a detail is left out', { error: String(error) });
      return undefined;
    }
  }
}
