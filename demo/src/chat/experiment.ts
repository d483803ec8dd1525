import type { Prng } from '../prng.ts';

/** Visits of the shop that saw one variant of its page. */
export interface VariantTick {
  readonly variant: string;
  readonly sessionCount: number;
  readonly conversionCount: number;
}

/** Half of the visitors are shown what friends bought; they order more often by this factor. */
const [control, treatment] = ['control', 'friends'];
const lift = 1.2;

/** Shares visits and orders out to the two variants; their sums stay. */
export function splitVisits(sessionCount: number, conversionCount: number, prng: Prng): VariantTick[] {
  const treated = prng.binomial(sessionCount, 0.5);
  const others = sessionCount - treated;
  const weight = treated * lift;
  const drawn = prng.binomial(conversionCount, weight === 0 ? 0 : weight / (weight + others));
  // Nobody orders who was not there.
  const ordered = Math.min(treated, Math.max(drawn, conversionCount - others));
  return [
    { variant: control, sessionCount: others, conversionCount: conversionCount - ordered },
    { variant: treatment, sessionCount: treated, conversionCount: ordered },
  ];
}
