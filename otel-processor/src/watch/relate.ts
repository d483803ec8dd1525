import type { Episode } from '../model/index.ts';
import { liftOf } from './episode-lift.ts';
import type { FamilyEpisode } from './family-episode.ts';
import type { Relation } from './incidents.ts';

/** Steps that both must have for a correlation to say anything. */
const STEPS_MIN = 5;

/** How two families that are anomalous together hang together, by their last steps and by earlier episodes. */
export function relationOf(
  headline: FamilyEpisode,
  other: FamilyEpisode,
  episodes: readonly Episode[],
  reachMs: number,
): Relation {
  const beforeMs = Math.min(headline.startMs, other.startMs);
  const question = { family: headline.family, other: other.family, beforeMs, reachMs };
  return { correlation: correlationOf(headline, other), lift: liftOf(episodes, question) };
}

/** How much two families' signals deviated together over the last steps: Pearson's correlation of residuals; NaN: unknown. */
function correlationOf(headline: FamilyEpisode, other: FamilyEpisode): number {
  if (headline.residualStepMs !== other.residualStepMs) return Number.NaN;
  const pairs: Array<readonly [number, number]> = [];
  const shift = headline.residualStep - other.residualStep;
  headline.residuals.forEach((x, i) => {
    const y = other.residuals[i + shift];
    if (y !== undefined && Number.isFinite(x) && Number.isFinite(y)) pairs.push([x, y]);
  });
  return pairs.length < STEPS_MIN ? Number.NaN : pearson(pairs);
}

function pearson(pairs: ReadonlyArray<readonly [number, number]>): number {
  const meanX = pairs.reduce((sum, [x]) => sum + x, 0) / pairs.length;
  const meanY = pairs.reduce((sum, [, y]) => sum + y, 0) / pairs.length;
  let xx = 0;
  let yy = 0;
  let xy = 0;
  for (const [x, y] of pairs) {
    xx += (x - meanX) ** 2;
    yy += (y - meanY) ** 2;
    xy += (x - meanX) * (y - meanY);
  }
  return xx > 0 && yy > 0 ? xy / Math.sqrt(xx * yy) : Number.NaN;
}
