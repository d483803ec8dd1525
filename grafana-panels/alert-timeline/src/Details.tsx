import type { ReactElement } from 'react';
import { FloatingCard } from '../../shared/src/FloatingCard.tsx';
import { AlertCard } from './AlertCard.tsx';
import { MarkCard } from './MarkCard.tsx';
import type { TimelineProps } from './Timeline.tsx';
import type { Seen, Target } from './target.ts';
import { translate } from './texts.ts';

export interface DetailsProps {
  readonly timeline: TimelineProps;
  readonly target: Target | undefined;
  readonly seen: Seen | undefined;
  onClose(): void;
}

/** What is where the viewer points, beside it. */
export function Details({ timeline, target, seen, onClose }: DetailsProps): ReactElement | null {
  if (target === undefined || seen === undefined) return null;
  const { intervals, marks, laneIndex } = seen;
  if (intervals.length + marks.length === 0) return null;
  const { x, y, isPinned } = target;
  return (
    <FloatingCard
      {...{ x, y, isPinned, onClose }}
      label={intervals[0]?.name ?? marks[0].title}
      closeLabel={translate('pin.close')}
    >
      {marks.length > 0 && <MarkCard marks={marks} timeZone={timeline.timeZone} />}
      {intervals.length > 0 && (
        <AlertCard {...{ timeline, intervals, isPinned }} lane={timeline.lanes[laneIndex]} />
      )}
    </FloatingCard>
  );
}
