import { createPrng, type Prng } from '../../../otel-processor/src/base/index.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** A Monday; the clocks of Europe go forward four weeks later. */
const START_MS = Date.UTC(2026, 2, 2);
const CLOCK_CHANGE_MS = Date.UTC(2026, 2, 29, 1);

export interface CleanSignal {
  readonly kind: string;
  readonly timestampsMs: Float64Array;
  readonly values: Float64Array;
}

type Generator = (prng: Prng) => (timestampMs: number, index: number) => number;

const hourOf = (timestampMs: number): number => (timestampMs % DAY_MS) / HOUR_MS;
const weekdayOf = (timestampMs: number): number => (Math.floor(timestampMs / DAY_MS) + 3) % 7;
/** From 0 at four in the morning to 1 at four in the afternoon. */
const daily = (timestampMs: number): number =>
  0.5 - 0.5 * Math.cos((2 * Math.PI * (hourOf(timestampMs) - 4)) / 24);

function poisson(prng: Prng, mean: number): number {
  if (mean > 50) return Math.max(0, Math.round(mean + Math.sqrt(mean) * prng.normal()));
  const limit = Math.exp(-mean);
  let count = 0;
  for (let product = prng.next(); product > limit; product *= prng.next()) count += 1;
  return count;
}

/** Ten kinds of signals in which nothing happens but what happens every day or week. */
const generators: Readonly<Record<string, Generator>> = {
  'daily wave': (prng) => (t) => 100 + 60 * daily(t) + 3 * prng.normal(),
  'weekly wave': (prng) => (t) =>
    200 * (1 + daily(t)) * [1, 1.05, 1.1, 1.05, 0.95, 0.6, 0.5][weekdayOf(t)] + 6 * prng.normal(),
  'quiet weekend': (prng) => (t) =>
    weekdayOf(t) >= 5 ? 20 + 2 * prng.normal() : 60 + 40 * daily(t) + 4 * prng.normal(),
  'growing trend': (prng) => (t) =>
    (1 + (0.5 * (t - START_MS)) / (56 * DAY_MS)) * (500 + 300 * daily(t)) + 15 * prng.normal(),
  'noise grows with the level': (prng) => (t) => {
    const level = 50 + 450 * daily(t);
    return level * (1 + 0.08 * prng.normal());
  },
  'counter of requests': (prng) => (t) => poisson(prng, 30 * (0.2 + daily(t))) / 60,
  'clock change': (prng) => (t) => {
    const localMs = t + (t >= CLOCK_CHANGE_MS ? 2 : 1) * HOUR_MS;
    return 100 + 80 * daily(localMs) + 4 * prng.normal();
  },
  'on and off': (prng) => (t) => {
    const hour = hourOf(t);
    return hour >= 9 && hour < 17 ? 70 + 3 * prng.normal() : 10 + prng.normal();
  },
  'nightly job': (prng) => (t) => {
    const minute = Math.floor((t % DAY_MS) / MINUTE_MS);
    return minute >= 120 && minute < 125 ? 90 + 8 * prng.normal() : 12 + 2 * prng.normal();
  },
  'small integers': (prng) => {
    let waiting = 0;
    return (t) => {
      const arrivals = poisson(prng, 0.6 * (0.5 + daily(t)));
      waiting = Math.max(0, waiting + arrivals - poisson(prng, 1.4));
      return waiting;
    };
  },
};

/** Signals of `weeks` weeks at one-minute steps, the same for the same seed. */
export function cleanSignals(seed: number, weeks = 8, stepMs = MINUTE_MS): CleanSignal[] {
  return Object.entries(generators).map(([kind, generator], index) => {
    const next = generator(createPrng(seed * 1000 + index));
    const count = Math.round((weeks * 7 * DAY_MS) / stepMs);
    const timestampsMs = Float64Array.from({ length: count }, (_, i) => START_MS + i * stepMs);
    return { kind, timestampsMs, values: timestampsMs.map((t, i) => next(t, i)) };
  });
}
