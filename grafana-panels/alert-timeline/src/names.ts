import { durationText } from './durations.ts';
import type { Figures } from './figures.ts';
import type { TimelineOptions } from './options.ts';
import type { Lane } from './prepare.ts';
import { translate } from './texts.ts';

/** Columns of figures beside a lane, in order. */
export const figureNames = ['figure.returns', 'figure.toAcknowledge', 'figure.toResolve'] as const;

export function figureTexts(figures: Figures): readonly [string, string, string] {
  const { returnCount, meanToAcknowledgeMs, meanToResolveMs } = figures;
  return [String(returnCount), durationText(meanToAcknowledgeMs), durationText(meanToResolveMs)];
}

export function laneName({ name }: Lane): string {
  return name || translate('lane.none');
}

/** What the lanes are of. */
export function lanesName({ laneBy, laneLabel }: Pick<TimelineOptions, 'laneBy' | 'laneLabel'>): string {
  return laneBy === 'label' && laneLabel !== '' ? laneLabel : translate(`choice.laneBy.${laneBy}`);
}
