import { css } from '@emotion/css';
import type { GrafanaTheme2, PanelProps } from '@grafana/data';
import { useStyles2, useTheme2 } from '@grafana/ui';
import { type ReactElement, type RefObject, useEffect, useId, useMemo, useRef, useState } from 'react';
import { useCrosshair } from '../../shared/src/hooks.ts';
import { AlertTable } from './AlertTable.tsx';
import type { AlertState, Mark } from './alerts.ts';
import { announcement } from './announce.ts';
import { Details } from './Details.tsx';
import type { GroupNow } from './group-now.ts';
import { Header } from './Header.tsx';
import { LaneRows } from './LaneRows.tsx';
import { Legend } from './Legend.tsx';
import { type Layout, layOut, legendFromHeightPx } from './layout.ts';
import { lanesName } from './names.ts';
import type { TimelineOptions } from './options.ts';
import { keepPicture, type Picture } from './picture.ts';
import type { Lane } from './prepare.ts';
import { statesIn } from './spans.ts';
import type { StateLooks } from './state-looks.ts';
import { Backdrop } from './TimelineCanvas.tsx';
import { Toolbar } from './Toolbar.tsx';
import { lookAt, type Target } from './target.ts';
import { type Tile, tileFor } from './tile.ts';
import { unseen } from './unseen.ts';
import { useDrawing } from './use-drawing.ts';
import { useTimelineKeys } from './use-keys.ts';
import { useTimelinePointer } from './use-pointer.ts';

export interface TimelineProps extends PanelProps<TimelineOptions> {
  readonly lanes: readonly Lane[];
  readonly marks: readonly Mark[];
  readonly looks: StateLooks;
  /** An action was answered: where the group stands now. */
  onDone(group: GroupNow, atMs: number): void;
}

/** Lanes or, for whoever prefers it, the same as a table. */
export function Timeline(props: TimelineProps): ReactElement {
  const { width, height } = props;
  const styles = useStyles2(getStyles);
  const [isTable, setIsTable] = useState(false);
  return (
    <div className={styles.root} style={{ width, height }}>
      {isTable ? <AlertTable {...props} /> : <LaneGrid {...props} />}
      <Toolbar
        {...props}
        isTable={isTable}
        // There is no strip below the lanes that it could stand in.
        isOver={!isTable && !hasLegend(props)}
        onToggleTable={() => setIsTable((before) => !before)}
      />
    </div>
  );
}

/** Names and figures as a grid of which only what is near exists, its bars on a canvas; what stays, around it. */
function LaneGrid(props: TimelineProps): ReactElement {
  const { lanes, marks, looks, options, timeZone, width, height, eventBus, onChangeTimeRange } = props;
  const styles = useStyles2(getStyles);
  const listed = useMemo(() => statesIn(lanes.map(({ spans }) => spans)), [lanes]);
  const layout = useLayout(props, listed);
  const id = useId();
  const [root, grid, line] = [useElement(), useElement(), useElement()];
  const { tile, scrollPx, onScroll } = useTile(layout, lanes.length);
  const [target, setTarget] = useState<Target>();
  const seen = useMemo(() => lookAt(lanes, marks, target), [lanes, marks, target]);
  const { shadeMarks } = options;
  const drawing = useDrawing({ lanes, marks, looks, shadeMarks, layout, timeZone });
  usePicture(root, { drawing, scrollPx, looks, listed, lanesName: lanesName(options) });
  const showTime = (timeMs: number | undefined): void => showLine(line.current, layout, timeMs);
  const { publish } = useCrosshair(eventBus, showTime);
  const settings = { lanes, layout, scrollPx, target, setTarget, onChangeTimeRange };
  const pointer = useTimelinePointer({ ...settings, showTime, publish });
  const onKeyDown = useTimelineKeys({ ...settings, seen, scroller: grid });
  const scrolled = (nextPx: number): void => {
    onScroll(nextPx);
    // Under the pointer there is another lane now.
    if (target?.by === 'pointer' && !target.isPinned) setTarget(undefined);
  };
  const onClose = (): void => {
    setTarget(undefined);
    grid.current?.focus({ preventScroll: true });
  };
  return (
    <div
      ref={root}
      className={styles.plot}
      style={{ width, height }}
      data-testid="statbar-alerttimeline"
      {...pointer.handlers}
    >
      <Backdrop drawing={drawing} />
      <Header {...{ layout, marks }} lanesName={lanesName(options)} />
      <LaneRows
        {...{ id, lanes, drawing, tile, grid, onKeyDown }}
        lanesName={lanesName(options)}
        activeIndex={seen?.laneIndex ?? -1}
        onScroll={scrolled}
      />
      <div
        ref={line}
        className={styles.line}
        data-testid="statbar-crosshair"
        style={{ top: layout.axisHeight, bottom: layout.legendHeight }}
      />
      {pointer.brush !== undefined && (
        <div
          className={styles.brush}
          style={{ top: layout.plotTop, height: layout.plotHeight, ...pointer.brush }}
        />
      )}
      {layout.legendHeight > 0 && <Legend {...{ layout, looks, listed }} />}
      <div role="status" className={styles.unseen}>
        {target?.by === 'keys' && announcement(seen, lanes, looks, timeZone)}
      </div>
      <Details timeline={props} target={target} seen={seen} onClose={onClose} />
    </div>
  );
}

function useElement(): RefObject<HTMLDivElement | null> {
  return useRef<HTMLDivElement>(null);
}

/** Which rows exist, by how far was scrolled: most of a scroll changes nothing here. */
function useTile(layout: Layout, count: number) {
  const scrolledPx = useRef(0);
  const [kept, setTile] = useState<Tile>();
  const tile = tileFor(layout, scrolledPx.current, count, kept);
  return {
    tile,
    scrollPx: (): number => scrolledPx.current,
    onScroll(nextPx: number): void {
      scrolledPx.current = nextPx;
      setTile((before) => tileFor(layout, nextPx, count, before ?? tile));
    },
  };
}

/** What a screenshot of this panel shows is what it shows now. */
function usePicture(root: RefObject<HTMLElement | null>, picture: Omit<Picture, 'nameColour'>): void {
  const nameColour = useTheme2().colors.text.primary;
  useEffect(() => {
    if (root.current !== null) keepPicture(root.current, { ...picture, nameColour });
  });
}

function hasLegend({ options, height }: TimelineProps): boolean {
  return options.showLegend && height >= legendFromHeightPx;
}

function useLayout(props: TimelineProps, listed: readonly AlertState[]): Layout {
  const { lanes, marks, looks, timeRange, options, width, height } = props;
  const theme = useTheme2();
  const letterPx = theme.typography.fontSize * 0.56;
  const nameWidth = useMemo(
    () => 24 + letterPx * lanes.reduce((max, { name }) => Math.max(max, name.length), 0),
    [lanes, letterPx],
  );
  const legendWidth = useMemo(
    () => listed.reduce((sum, state) => sum + 32 + letterPx * looks[state].text.length, 0),
    [listed, looks, letterPx],
  );
  const [fromMs, toMs] = [timeRange.from.valueOf(), timeRange.to.valueOf()];
  const { showFigures } = options;
  const showLegend = hasLegend(props);
  const laneHeight = Math.max(14, options.laneHeightPx);
  const hasMarks = marks.length > 0;
  return useMemo(
    () =>
      layOut({
        ...{ width, height, laneHeight, fromMs, toMs, hasMarks },
        ...{ showFigures, showLegend, nameWidth, legendWidth },
      }),
    [width, height, laneHeight, fromMs, toMs, hasMarks, showFigures, showLegend, nameWidth, legendWidth],
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
  }),
  // A drag sideways zooms, one up or down scrolls.
  plot: css({ position: 'relative', touchAction: 'pan-y' }),
  line: css({
    ...{ position: 'absolute', display: 'none', left: 0, width: 1, opacity: 0.6, pointerEvents: 'none' },
    background: theme.colors.text.primary,
  }),
  brush: css({ position: 'absolute', pointerEvents: 'none', background: theme.colors.action.selected }),
  unseen: css(unseen),
});
