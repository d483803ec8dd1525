import { autoregression } from './autoregression.ts';
import { directRegression } from './direct-regression.ts';
import type { Expert } from './expert.ts';
import { dampedTrend, theta } from './exponential-smoothing.ts';
import { naive } from './naive.ts';
import { profile } from './profile.ts';
import { seasonalNaive } from './seasonal-naive.ts';
import { similarSeasons } from './similar-seasons.ts';

export type { Expert, ExpertRun, Track } from './expert.ts';

const dailyProfile = profile({ which: 'season', seasons: 7, decay: 1, deviationLeft: 0.3 });
const weeklyProfile = profile({ which: 'longSeason', seasons: 4, decay: 0.6, deviationLeft: 0.3 });

/** Experts for which a percentage is the same at every level: they run on the values, and on their logarithms. */
export const scalableExperts: readonly Expert[] = [
  autoregression,
  directRegression,
  similarSeasons(1),
  similarSeasons(5),
  dailyProfile,
  weeklyProfile,
];

/** What everything else has to beat. */
export const naiveExperts: readonly Expert[] = [naive, seasonalNaive('season'), seasonalNaive('longSeason')];

/** Experts that need no logarithms. */
export const plainExperts: readonly Expert[] = [...naiveExperts, dampedTrend, theta];
