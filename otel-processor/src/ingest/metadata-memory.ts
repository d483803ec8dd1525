import type { MetricMetadata } from '../model/index.ts';

/** Lets metadata through the first time and whenever it has changed, so that batches do not carry it always. */
export class MetadataMemory {
  readonly #namesMax: number;
  readonly #told = new Map<string, string>();

  constructor(namesMax: number) {
    this.#namesMax = namesMax;
  }

  /** Whether this was not passed on yet; from now on it was. */
  isNews({ metricName, type, unit, help }: MetricMetadata): boolean {
    // Enough of the help to notice that it was changed, without keeping all of it twice.
    const told = `${type}\n${unit}\n${help.length}\n${help.slice(0, 64)}`;
    if (this.#told.get(metricName) === told) return false;
    if (this.#told.size >= this.#namesMax) this.#told.clear();
    this.#told.set(metricName, told);
    return true;
  }

  clear(): void {
    this.#told.clear();
  }
}
