import { createBlendForecaster } from './blend-forecaster.ts';
import { naiveExperts, plainExperts, scalableExperts } from './experts/index.ts';
import type { Forecaster } from './types.ts';

/** One way to forecast, by name. */
export interface ForecasterMethod {
  readonly name: string;
  create(): Forecaster;
}

/** All of them; the first is the default. */
export const forecasterMethods: readonly ForecasterMethod[] = [
  { name: 'blend', create: () => createBlendForecaster({ plain: plainExperts, scalable: scalableExperts }) },
  // The newest season, or the newest value, again: what everything else has to beat.
  { name: 'naive', create: () => createBlendForecaster({ plain: naiveExperts, scalable: [] }) },
];

/** The default forecaster. */
export function createForecaster(): Forecaster {
  return forecasterMethods[0].create();
}
