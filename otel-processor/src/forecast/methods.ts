import { type BlendSettings, defaultSettings } from './blend.ts';
import { createBlendForecaster } from './blend-forecaster.ts';
import { naiveExperts, plainExperts, scalableExperts } from './experts/index.ts';
import type { Forecaster } from './types.ts';

/** One way to forecast, by name. */
export interface ForecasterMethod {
  readonly name: string;
  create(): Forecaster;
}

/** The default forecaster; other settings are for measuring what they are worth. */
export function createForecaster(settings: BlendSettings = defaultSettings): Forecaster {
  return createBlendForecaster({ plain: plainExperts, scalable: scalableExperts }, settings);
}

/** All of them; the first is the default. */
export const forecasterMethods: readonly ForecasterMethod[] = [
  { name: 'blend', create: () => createForecaster() },
  // The newest season, or the newest value, again: what everything else has to beat.
  {
    name: 'naive',
    create: () => createBlendForecaster({ plain: naiveExperts, scalable: [] }, defaultSettings),
  },
];
