import type { RelatedSignal } from '../model/index.ts';
import { standardised, strongestCorrelation } from './correlation.ts';
import type { EpisodeSpan, RelationOptions, ResidualSignal } from './types.ts';

/**
 * Which other signals moved with one, the first to move first. A signal is related when its residuals correlate, at
 * some lead, or when it began to deviate itself at about the same time. Correlation is of residuals, not of values:
 * two signals that both follow the time of day are not related by that. Of several series of one signal the closest is told.
 */
export function relatedSignals(
  target: ResidualSignal,
  candidates: readonly ResidualSignal[],
  options: RelationOptions,
): RelatedSignal[] {
  const own = standardised(target.residuals);
  const told = new Set<string>();
  return candidates
    .flatMap((candidate) => {
      const relation = relate(target, own, candidate, options);
      return relation === undefined ? [] : [relation];
    })
    .sort((a, b) => closeness(b) - closeness(a))
    .filter(({ signal }) => !told.has(signal) && told.add(signal))
    .slice(0, options.limit)
    .sort((a, b) => b.leadMs - a.leadMs || closeness(b) - closeness(a));
}

function relate(
  target: ResidualSignal,
  own: Float64Array,
  candidate: ResidualSignal,
  options: RelationOptions,
): RelatedSignal | undefined {
  const { stepMs, leadStepsMax, correlationMin, onsetMs } = options;
  const { leadSteps, correlation } = strongestCorrelation(
    own,
    standardised(candidate.residuals),
    leadStepsMax,
  );
  const onset = onsetNear(candidate.episodes, onsetMs, leadStepsMax * stepMs);
  if (Math.abs(correlation) < correlationMin && onset === undefined) return undefined;
  return {
    signal: candidate.signal,
    labels: candidate.labels,
    onsetMs: onset ?? null,
    leadMs: onset === undefined ? leadSteps * stepMs : onsetMs - onset,
    correlation,
    lift: liftOf(target.episodes, candidate.episodes, options),
  };
}

/** An episode of its own counts for more than any correlation. */
function closeness({ onsetMs, correlation }: RelatedSignal): number {
  return Math.abs(correlation) + (onsetMs === null ? 0 : 1);
}

/** Start of the episode that began closest to `aroundMs`, within `reachMs` of it. */
function onsetNear(episodes: readonly EpisodeSpan[], aroundMs: number, reachMs: number): number | undefined {
  let best: number | undefined;
  for (const { startMs } of episodes) {
    const distance = Math.abs(startMs - aroundMs);
    if (distance <= reachMs && (best === undefined || distance < Math.abs(best - aroundMs))) best = startMs;
  }
  return best;
}

/**
 * How many of the target's episodes had one of the candidate's begin within reach, against how many would have had one
 * if the candidate's began at any time alike. Null when either never had one, or the time that is known is no longer
 * than the reach.
 */
function liftOf(
  targets: readonly EpisodeSpan[],
  others: readonly EpisodeSpan[],
  { startMs, stepMs, leadStepsMax, episodesFromMs, onsetMs }: RelationOptions,
): number | null {
  const reachMs = Math.max(1, leadStepsMax) * stepMs;
  const knownMs = Math.max(onsetMs, startMs) + reachMs - episodesFromMs;
  if (targets.length === 0 || others.length === 0 || knownMs <= 2 * reachMs) return null;
  const together = targets.filter((episode) => onsetNear(others, episode.startMs, reachMs) !== undefined);
  const byChance = 1 - (1 - (2 * reachMs) / knownMs) ** others.length;
  return together.length / targets.length / byChance;
}
