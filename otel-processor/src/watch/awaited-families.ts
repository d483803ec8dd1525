import type { Clock } from '../base/index.ts';
import type { MetricType } from '../model/index.ts';
import type { Querier } from '../store/types.ts';
import type { WatchConfig } from './config.ts';
import { familyNamesOf, namedSeries, roleOf, type SeriesRole } from './metric-kind.ts';
import type { Timeline } from './timeline.ts';
import type { WatchSettings } from './watch-settings.ts';

/** History that still arrives is waited for so long. */
const HISTORY_QUIET_MS = 5000;

export interface AwaitedPorts {
  readonly clock: Clock;
  readonly config: WatchConfig;
  readonly settings: WatchSettings;
  readonly querier: Querier;
  isDerived(metricName: string): boolean;
}

/** Families that are not watched live because their history has yet to be read. */
export class AwaitedFamilies {
  readonly #ports: AwaitedPorts;
  readonly #roles = new Map<string, SeriesRole>();
  /** Watched families that were sent history after all: they begin anew. */
  readonly #rebuild = new Set<string>();
  #historicAtMs = Number.NEGATIVE_INFINITY;
  /** From a checkpoint, until it has caught up. */
  restored: Timeline | undefined;

  constructor(ports: AwaitedPorts) {
    this.#ports = ports;
  }

  get count(): number {
    return this.#roles.size + this.#rebuild.size + (this.restored?.families.size ?? 0);
  }

  /** False when the configuration does not want it. */
  add(role: SeriesRole): boolean {
    if (this.restored?.families.has(role.family) === true) return true;
    if (this.#ports.settings.ofMetric(role.family, false) === undefined) return false;
    this.#roles.set(role.family, role);
    return true;
  }

  /** There was a sample so old that it is history: to a watched family, or (undefined) to one that is awaited. */
  historic(family: string | undefined): void {
    this.#historicAtMs = this.#ports.clock.monotonicMs();
    if (family !== undefined) this.#rebuild.add(family);
  }

  /** There are some, and their history has stopped coming. */
  isReady(): boolean {
    return this.count > 0 && this.#ports.clock.monotonicMs() - this.#historicAtMs >= HISTORY_QUIET_MS;
  }

  /** What is in the store or in the configuration, but not in the restored state. */
  async addStored(nowMs: number): Promise<void> {
    const { querier, config, settings, isDerived } = this.#ports;
    for (const name of await querier.labelValues('__name__', [], nowMs - config.history, nowMs)) {
      if (isDerived(name)) continue;
      const role = roleOf(namedSeries(name), (family) => this.typeOf(family));
      if (role !== undefined) this.add(role);
    }
    for (const name of settings.expressionNames()) {
      if (this.restored?.families.has(name) === true) continue;
      this.#roles.set(name, { family: name, kind: 'gauge', bound: undefined });
    }
  }

  /** The families to begin with now; those to be built anew are taken from `live`. */
  take(live: Timeline): readonly SeriesRole[] {
    for (const name of this.#rebuild) {
      const family = live.families.get(name)?.family;
      live.remove(name);
      if (family !== undefined) this.#roles.set(name, { family: name, kind: family.kind, bound: undefined });
    }
    this.#rebuild.clear();
    return this.restored === undefined ? [...this.#roles.values()] : [];
  }

  joined(roles: readonly SeriesRole[]): void {
    this.restored = undefined;
    for (const { family } of roles) this.#roles.delete(family);
  }

  typeOf(family: string): MetricType | undefined {
    for (const name of familyNamesOf(family)) {
      const type = this.#ports.querier.metadata(name).get(name)?.at(0)?.type;
      if (type !== undefined && type !== 'unknown') return type;
    }
    return undefined;
  }
}
