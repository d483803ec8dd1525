import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import { type PointerEvent, type ReactElement, useRef, useState } from 'react';
import { useCrosshair } from '../../shared/src/hooks.ts';
import type { ActiveRow, BoardProps } from './Board.tsx';
import type { Column } from './columns.ts';

export interface TimeLineProps extends Omit<BoardProps, 'id'> {
  readonly columns: readonly Column[];
  readonly rowHeight: number;
  onPoint(row: ActiveRow): void;
  onLeave(): void;
}

const clickDistancePx = 5;

/** Over the sparklines, which share one time axis: the dashboard's crosshair, and a drag to zoom. */
export function TimeLine(props: TimeLineProps): ReactElement | null {
  const { columns, timeRange, eventBus, onChangeTimeRange } = props;
  const styles = useStyles2(getStyles);
  const line = useRef<HTMLDivElement>(null);
  const column = columns.find(({ id }) => id === 'trend');
  const [fromMs, toMs] = [timeRange.from.valueOf(), timeRange.to.valueOf()];
  const start = useRef<number>(undefined);
  const [brush, setBrush] = useState<readonly [number, number]>();
  const width = column?.width ?? 0;
  const show = (timeMs: number | undefined): void => {
    if (line.current === null) return;
    const part = timeMs === undefined ? -1 : (timeMs - fromMs) / (toMs - fromMs);
    line.current.style.display = part >= 0 && part <= 1 ? 'block' : 'none';
    line.current.style.transform = `translateX(${part * width}px)`;
  };
  const { publish } = useCrosshair(eventBus, show);
  if (column === undefined) return null;
  const at = (event: PointerEvent<HTMLElement>): number =>
    Math.min(width, Math.max(0, event.clientX - event.currentTarget.getBoundingClientRect().left));
  const timeAt = (x: number): number => Math.round(fromMs + (x / width) * (toMs - fromMs));
  const tell = (timeMs: number | undefined): void => {
    show(timeMs);
    publish(timeMs);
  };
  return (
    <div
      className={styles.area}
      style={{ left: column.left, width }}
      data-testid="statbar-timeline"
      onPointerMove={(event) => {
        const x = at(event);
        tell(timeAt(x));
        pointAtRow(props, event, timeAt(x), false);
        if (start.current !== undefined) setBrush([Math.min(start.current, x), Math.max(start.current, x)]);
      }}
      onPointerLeave={() => {
        tell(undefined);
        props.onLeave();
      }}
      onPointerDown={(event) => {
        start.current = at(event);
        event.currentTarget.setPointerCapture(event.pointerId);
      }}
      onPointerUp={(event) => {
        const from = start.current;
        start.current = undefined;
        setBrush(undefined);
        if (from === undefined) return;
        if (Math.abs(at(event) - from) < clickDistancePx) {
          pointAtRow(props, event, timeAt(from), true);
          return;
        }
        const [a, b] = [timeAt(from), timeAt(at(event))];
        onChangeTimeRange({ from: Math.min(a, b), to: Math.max(a, b) });
      }}
    >
      <div ref={line} className={styles.line} />
      {brush !== undefined && (
        <div className={styles.brush} style={{ left: brush[0], width: brush[1] - brush[0] }} />
      )}
    </div>
  );
}

/** The row below: this area lies over the rows, and they are pointed at through it. */
function pointAtRow(
  { view, rowHeight, onPoint }: TimeLineProps,
  { clientX, clientY, currentTarget }: PointerEvent<HTMLElement>,
  timeMs: number,
  isPinned: boolean,
): void {
  const top = currentTarget.getBoundingClientRect().top;
  const row = view.rows[Math.floor((clientY - top) / rowHeight)];
  if (row !== undefined) onPoint({ key: row.entry.key, x: clientX, y: clientY, isPinned, timeMs });
}

const getStyles = (theme: GrafanaTheme2) => ({
  area: css({ position: 'absolute', top: 0, bottom: 0, cursor: 'crosshair', touchAction: 'pan-y' }),
  line: css({
    position: 'absolute',
    display: 'none',
    top: 0,
    bottom: 0,
    width: 1,
    background: theme.colors.text.primary,
    opacity: 0.6,
    pointerEvents: 'none',
  }),
  brush: css({
    position: 'absolute',
    top: 0,
    bottom: 0,
    background: theme.colors.action.selected,
    pointerEvents: 'none',
  }),
});
