import { type Expert, withoutLearning } from './expert.ts';

/** The newest season, or season of seasons, comes again. */
export function seasonalNaive(which: 'season' | 'longSeason'): Expert {
  return {
    name: `seasonal naive (${which === 'season' ? 'season' : 'long season'})`,
    begin(track, firstEnd) {
      const period = track[which];
      if (period < 2 || firstEnd < period) return undefined;
      const { values } = track;
      return withoutLearning((origin, into) => {
        for (let h = 0; h < into.length; h++) into[h] = values[origin - period + (h % period)];
      });
    },
  };
}
