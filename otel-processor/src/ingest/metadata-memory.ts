import type { Telemetry } from '../base/index.ts';
import type { MetricMetadata } from '../model/index.ts';
import { countLimit } from './limit-counter.ts';

/** Lets metadata through the first time and whenever it has changed, so that batches do not carry it always. */
export class MetadataMemory {
  readonly #namesMax: number;
  readonly #telemetry: Telemetry;
  readonly #told = new Map<string, string>();

  constructor(namesMax: number, telemetry: Telemetry) {
    this.#namesMax = namesMax;
    this.#telemetry = telemetry;
  }

  /** Whether this was not passed on yet; from now on it was. */
  isNews({ metricName, type, unit, help }: MetricMetadata): boolean {
    // Enough of the help to notice that it was changed, without keeping all of it twice.
    const told = `${type}\n${unit}\n${help.length}\n${help.slice(0, 64)}`;
    if (this.#told.get(metricName) === told) return false;
    if (this.#told.size >= this.#namesMax && !this.#told.has(metricName)) {
      this.#told.clear();
      countLimit(this.#telemetry, 'metadata_names_max');
    }
    this.#told.set(metricName, told);
    return true;
  }

  clear(): void {
    this.#told.clear();
  }
}
