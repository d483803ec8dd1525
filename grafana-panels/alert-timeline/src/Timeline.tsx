import { css } from '@emotion/css';
import type { GrafanaTheme2, PanelProps } from '@grafana/data';
import { useStyles2, useTheme2 } from '@grafana/ui';
import { type ReactElement, type RefObject, useId, useMemo, useRef, useState } from 'react';
import { FloatingCard } from '../../shared/src/FloatingCard.tsx';
import { useCrosshair } from '../../shared/src/hooks.ts';
import type { Interval, Mark } from './alerts.ts';
import { Card, MarkCard } from './Card.tsx';
import { LaneRow } from './LaneRow.tsx';
import { Headings, Legend } from './Legend.tsx';
import { type Layout, layOut } from './layout.ts';
import type { TimelineOptions } from './options.ts';
import type { Lane } from './prepare.ts';
import { TimelineCanvas } from './TimelineCanvas.tsx';
import { translate } from './texts.ts';
import { useDrawing } from './use-drawing.ts';
import { useTimelineKeys } from './use-keys.ts';
import { useTimelinePointer } from './use-pointer.ts';

export interface TimelineProps extends PanelProps<TimelineOptions> {
  readonly lanes: readonly Lane[];
  readonly marks: readonly Mark[];
}

/** What the viewer points at, or moved to with the keyboard. */
export interface Target {
  readonly laneIndex: number;
  readonly intervals: readonly Interval[];
  readonly marks: readonly Mark[];
  /** In CSS pixels of the window. */
  readonly x: number;
  readonly y: number;
  readonly isPinned: boolean;
}

/** Names and figures as a grid of which only what is in sight exists; bars on one canvas below it. */
export function Timeline(props: TimelineProps): ReactElement {
  const { lanes, marks, timeZone, width, height, eventBus, onChangeTimeRange } = props;
  const styles = useStyles2(getStyles);
  const layout = useLayout(props);
  const id = useId();
  const scroller = useRef<HTMLDivElement>(null);
  const line = useRef<HTMLDivElement>(null);
  const [scrollPx, setScrollPx] = useState(0);
  const [target, setTarget] = useState<Target>();
  const drawing = useDrawing({ lanes, marks, layout, scrollPx, timeZone });
  const [first, last] = layout.lanesInSight(scrollPx, lanes.length);
  const showTime = (timeMs: number | undefined): void => showLine(line.current, layout, timeMs);
  const { publish } = useCrosshair(eventBus, showTime);
  const settings = { lanes, marks, layout, scrollPx, target, setTarget };
  const pointer = useTimelinePointer({ ...settings, showTime, publish, onChangeTimeRange });
  const onKeyDown = useTimelineKeys({ ...settings, scroller });
  const isInSight = target !== undefined && target.laneIndex >= first && target.laneIndex < last;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a table cannot hold only those of its rows that are in sight.
    <div
      role="grid"
      tabIndex={0}
      className={styles.root}
      style={{ width, height }}
      data-testid="statbar-alerttimeline"
      aria-label={translate('grid.label', { count: lanes.length })}
      aria-rowcount={lanes.length}
      aria-activedescendant={isInSight ? `${id}${target.laneIndex}` : undefined}
      onKeyDown={onKeyDown}
      {...pointer.handlers}
    >
      <TimelineCanvas drawing={drawing} />
      <Headings layout={layout} />
      <Lanes {...{ id, lanes, layout, scrollPx, scroller, target }} onScroll={setScrollPx} />
      <div
        ref={line}
        className={styles.line}
        style={{ top: layout.axisHeight, bottom: layout.legendHeight }}
      />
      {pointer.brush !== undefined && (
        <div
          className={styles.brush}
          style={{ top: layout.plotTop, height: layout.plotHeight, ...pointer.brush }}
        />
      )}
      {layout.legendHeight > 0 && (
        <div className={styles.legend}>
          <Legend layout={layout} />
        </div>
      )}
      <Details timeline={props} target={target} onClose={() => setTarget(undefined)} />
    </div>
  );
}

interface LanesProps extends Pick<TimelineProps, 'lanes'> {
  readonly id: string;
  readonly layout: Layout;
  readonly scrollPx: number;
  readonly scroller: RefObject<HTMLDivElement | null>;
  readonly target: Target | undefined;
  onScroll(scrollPx: number): void;
}

function Lanes({ id, lanes, layout, scrollPx, scroller, target, onScroll }: LanesProps): ReactElement {
  const styles = useStyles2(getStyles);
  const [first, last] = layout.lanesInSight(scrollPx, lanes.length);
  return (
    <div
      ref={scroller}
      role="presentation"
      className={styles.lanes}
      style={{ top: layout.plotTop, height: layout.plotHeight }}
      onScroll={(event) => onScroll(event.currentTarget.scrollTop)}
    >
      <div role="presentation" className={styles.sheet} style={{ height: lanes.length * layout.laneHeight }}>
        {lanes.slice(first, last).map((lane, i) => (
          <LaneRow
            key={lane.key}
            id={`${id}${first + i}`}
            {...{ lane, layout, index: first + i }}
            isActive={target?.laneIndex === first + i}
          />
        ))}
      </div>
    </div>
  );
}

interface DetailsProps {
  readonly timeline: TimelineProps;
  readonly target: Target | undefined;
  onClose(): void;
}

function Details({ timeline, target, onClose }: DetailsProps): ReactElement | null {
  if (target === undefined || target.intervals.length + target.marks.length === 0) return null;
  const { x, y, isPinned, intervals, marks } = target;
  return (
    <FloatingCard
      {...{ x, y, isPinned, onClose }}
      label={intervals[0]?.name ?? translate('anomalies')}
      closeLabel={translate('pin.close')}
    >
      {marks.length > 0 && <MarkCard marks={marks} timeZone={timeline.timeZone} />}
      <Card {...{ timeline, intervals, isPinned }} />
    </FloatingCard>
  );
}

function useLayout({ lanes, marks, timeRange, options, width, height }: TimelineProps): Layout {
  const theme = useTheme2();
  const letterPx = theme.typography.fontSize * 0.56;
  const nameWidth = useMemo(
    () => 24 + letterPx * lanes.reduce((max, { name }) => Math.max(max, name.length), 0),
    [lanes, letterPx],
  );
  const [fromMs, toMs] = [timeRange.from.valueOf(), timeRange.to.valueOf()];
  const { showFigures, showLegend } = options;
  const laneHeight = Math.max(14, options.laneHeightPx);
  const hasMarks = marks.length > 0;
  return useMemo(
    () => layOut({ width, height, laneHeight, fromMs, toMs, hasMarks, showFigures, showLegend, nameWidth }),
    [width, height, laneHeight, fromMs, toMs, hasMarks, showFigures, showLegend, nameWidth],
  );
}

function showLine(element: HTMLElement | null, layout: Layout, timeMs: number | undefined): void {
  if (element === null) return;
  const isSeen = timeMs !== undefined && timeMs >= layout.fromMs && timeMs <= layout.toMs;
  element.style.display = isSeen ? 'block' : 'none';
  if (isSeen) element.style.transform = `translateX(${layout.xOf(timeMs)}px)`;
}

const getStyles = (theme: GrafanaTheme2) => ({
  root: css({
    position: 'relative',
    overflow: 'hidden',
    fontSize: theme.typography.bodySmall.fontSize,
    fontVariantNumeric: 'tabular-nums',
    '&:focus-visible': { outline: `2px solid ${theme.colors.primary.main}`, outlineOffset: -2 },
  }),
  lanes: css({ position: 'absolute', left: 0, right: 0, overflowX: 'hidden', overflowY: 'auto' }),
  sheet: css({ position: 'relative' }),
  legend: css({ position: 'absolute', left: 0, right: 0, bottom: 0 }),
  line: css({
    ...{ position: 'absolute', display: 'none', left: 0, width: 1, opacity: 0.6, pointerEvents: 'none' },
    background: theme.colors.text.primary,
  }),
  brush: css({ position: 'absolute', background: theme.colors.action.selected, pointerEvents: 'none' }),
});
