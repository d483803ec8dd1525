import { createPrng, type Prng } from '../base/index.ts';
import type { WatchHarness } from './watch-harness.suite.ts';

export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;
/** A full hour, so that steps and looks are easy to name. */
export const START_MS = Date.UTC(2026, 2, 10, 12);

type Labels = Readonly<Record<string, string>>;
type Row = readonly [labels: Labels, timestampMs: number, value: number];

export interface Traffic {
  readonly regions: readonly string[];
  readonly devices: readonly string[];
  /** Mean number per second of one region and device at a time. */
  rate(region: string, device: string, timeMs: number): number;
}

export const steady: Traffic = { regions: ['eu', 'us'], devices: ['phone', 'web'], rate: () => 2 };

/** Counters `requests_total` by region and device, counted up by random arrivals: the same seed gives the same ones. */
export class TrafficSource {
  readonly #traffic: Traffic;
  readonly #prng: Prng;
  readonly #totals = new Map<string, number>();
  readonly #metric: string;
  #lastMs: number | undefined;

  constructor(traffic: Traffic, seed = 1, metric = 'requests_total') {
    this.#traffic = traffic;
    this.#prng = createPrng(seed);
    this.#metric = metric;
  }

  /** Rows at timeMs for what happened since the last ones, or in the minute before the first. */
  rows(timeMs: number): Row[] {
    const durationS = (timeMs - (this.#lastMs ?? timeMs - MINUTE_MS)) / 1000;
    this.#lastMs = timeMs;
    return this.#traffic.regions.flatMap((region) =>
      this.#traffic.devices.map((device): Row => {
        const labels = { __name__: this.#metric, job: 'shop', instance: region, region, device };
        const key = `${region}/${device}`;
        const added = poisson(this.#prng, this.#traffic.rate(region, device, timeMs) * durationS);
        const total = (this.#totals.get(key) ?? 0) + added;
        this.#totals.set(key, total);
        return [labels, timeMs, total];
      }),
    );
  }

  /** The program has been restarted: it counts from 0. */
  reset(): void {
    this.#totals.clear();
  }
}

/** Stores what happened from fromMs to toMs, a sample a minute, without watching. */
export async function loadHistory(
  harness: WatchHarness,
  sources: readonly TrafficSource[],
  fromMs: number,
  toMs: number,
): Promise<void> {
  for (let timeMs = fromMs; timeMs < toMs; timeMs += MINUTE_MS)
    await harness.send(sources.flatMap((source) => source.rows(timeMs)));
}

/** Lets time pass until toMs, with samples every ten seconds. */
export async function live(
  harness: WatchHarness,
  sources: readonly TrafficSource[],
  toMs: number,
): Promise<void> {
  while (harness.clock.nowMs() < toMs) {
    await harness.send(sources.flatMap((source) => source.rows(harness.clock.nowMs())));
    await harness.pass(10_000);
  }
}

/** A count with this mean: Knuth's method, or the normal distribution where that is near enough. */
function poisson(prng: Prng, mean: number): number {
  if (mean > 30) return Math.max(0, Math.round(mean + Math.sqrt(mean) * prng.normal()));
  const limit = Math.exp(-mean);
  let count = 0;
  for (let product = prng.next(); product > limit; product *= prng.next()) count += 1;
  return count;
}
