import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import {
  type KeyboardEvent,
  type ReactElement,
  type RefObject,
  useCallback,
  useId,
  useMemo,
  useRef,
  useState,
} from 'react';
import { FloatingCard } from '../../shared/src/FloatingCard.tsx';
import { useCrosshair } from '../../shared/src/hooks.ts';
import { followOneClick } from '../../shared/src/links-and-actions.ts';
import { ActiveCell } from './ActiveCell.tsx';
import { CellCard } from './CellCard.tsx';
import { CellFooter } from './CellFooter.tsx';
import { type CellFacts, cellFacts } from './cell-facts.ts';
import { exemplarsIn } from './exemplars.ts';
import type { Formats } from './formats.ts';
import { type Cell, cellBox } from './geometry.ts';
import { moveCursor } from './interaction.ts';
import { LegendMarker } from './LegendMarker.tsx';
import type { HeatmapProps } from './Panel.tsx';
import { translate } from './texts.ts';
import type { HeatmapModel } from './use-heatmap.ts';
import { type Hover, usePointer } from './use-pointer.ts';

export interface OverlayProps extends HeatmapProps {
  readonly model: HeatmapModel;
  readonly formats: Formats;
  onRows(rows: readonly [number, number]): void;
}

/**
 * What lies over the cells and changes with the pointer and the keyboard: cursor, crosshair, brush, tooltip. The canvas
 * below is not drawn again for any of it.
 */
export function Overlay(props: OverlayProps): ReactElement {
  const { model, formats, options, timeZone, eventBus, onChangeTimeRange, onRows, replaceVariables } = props;
  const { view, geometry } = model;
  const { plot } = geometry;
  const styles = useStyles2(getStyles);
  const id = useId();
  const root = useRef<HTMLDivElement>(null);
  const [hover, setHover] = useState<Hover>();
  const { line, showTime } = useTimeLine(geometry);
  const { publish } = useCrosshair(eventBus, showTime);
  const onClickCell = ({ row, column }: Cell): boolean =>
    followOneClick(view.grid.sourcesAt(row, column), replaceVariables);
  const pointer = usePointer({
    model,
    hover,
    setHover,
    showTime,
    publish,
    onChangeTimeRange,
    onRows,
    onClickCell,
  });
  const facts = useFacts(model, hover);
  const onKeyDown = useKeys(model, hover, setHover, root);
  const leave = (): void => {
    setHover(undefined);
    root.current?.focus({ preventScroll: true });
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: its cells are pixels, a table has none to hold.
    <div
      ref={root}
      role="grid"
      tabIndex={0}
      className={styles.plot}
      style={plot}
      data-testid="statbar-heatmap-cells"
      aria-label={translate('grid.label', { rows: view.grid.rowCount, columns: view.grid.columnCount })}
      aria-rowcount={view.grid.rowCount}
      aria-colcount={view.grid.columnCount}
      aria-activedescendant={facts === undefined ? undefined : `${id}cell`}
      onKeyDown={onKeyDown}
      {...pointer.handlers}
    >
      <ActiveCell
        {...{ hover, facts, formats, timeZone }}
        id={`${id}cell`}
        field={hover && view.grid.rowField?.(hover.cell.row)}
      />
      <div ref={line} className={styles.crosshair} />
      {hover !== undefined && (
        <div
          className={styles.cursor}
          style={cellBox(view, geometry, hover.cell)}
          data-testid="statbar-cursor"
        />
      )}
      {pointer.brush !== undefined && <div className={styles.brush} style={boxOf(pointer.brush)} />}
      {facts !== undefined && options.showLegend && <LegendMarker {...props} value={facts.value} />}
      {hover !== undefined && facts !== undefined && options.showTooltip && (
        <CellTooltip {...props} hover={hover} facts={facts} onClose={leave} />
      )}
    </div>
  );
}

/** The line of the dashboard's crosshair. It is moved without rendering: it follows every pointer of the dashboard. */
function useTimeLine({ fromMs, toMs, plot }: HeatmapModel['geometry']) {
  const line = useRef<HTMLDivElement>(null);
  const showTime = useCallback(
    (timeMs: number | undefined) => {
      if (line.current === null) return;
      const { style } = line.current;
      const part = timeMs === undefined ? -1 : (timeMs - fromMs) / (toMs - fromMs);
      style.display = part >= 0 && part <= 1 ? 'block' : 'none';
      style.transform = `translateX(${part * plot.width}px)`;
    },
    [fromMs, toMs, plot.width],
  );
  return { line, showTime };
}

interface CellTooltipProps extends OverlayProps {
  readonly hover: Hover;
  readonly facts: CellFacts;
  onClose(): void;
}

function CellTooltip(props: CellTooltipProps): ReactElement {
  const { model, hover, facts, formats, options, timeZone, onClose } = props;
  const { view, drawing } = model;
  const exemplars = useMemo(
    () => exemplarsIn(drawing.exemplars, view, hover.cell, hover.exemplar),
    [drawing, view, hover],
  );
  const notes = useMemo(
    () =>
      drawing.notes.filter(
        ({ fromMs, toMs, text }) => text !== '' && fromMs <= facts.endMs && facts.startMs <= toMs,
      ),
    [drawing, facts],
  );
  return (
    <FloatingCard
      x={hover.x}
      y={hover.y}
      isPinned={hover.isPinned}
      label={translate('cell.label')}
      closeLabel={translate('pin.close')}
      onClose={onClose}
    >
      <CellCard {...{ view, facts, formats, options, timeZone, exemplars, notes }} cell={hover.cell} />
      {hover.isPinned && <CellFooter {...props} facts={facts} exemplars={exemplars} />}
    </FloatingCard>
  );
}

/** Arrow keys move the cursor, Enter pins what it is at, Escape lets go. */
function useKeys(
  { view, geometry }: HeatmapModel,
  hover: Hover | undefined,
  setHover: (hover: Hover | undefined) => void,
  root: RefObject<HTMLDivElement | null>,
): (event: KeyboardEvent) => void {
  return (event) => {
    // The pinned card has keys of its own, and its events come through here.
    if (event.target !== event.currentTarget) return;
    if (event.key === 'Escape') setHover(undefined);
    else if ((event.key === 'Enter' || event.key === ' ') && hover !== undefined)
      setHover({ ...hover, isPinned: true });
    else {
      const cell = moveCursor(view.grid, geometry, hover?.cell, event.key);
      const box = root.current?.getBoundingClientRect();
      if (cell === undefined || box === undefined) return;
      const at = cellBox(view, geometry, cell);
      const [x, y] = [box.left + at.left + at.width, box.top + at.top + at.height];
      setHover({ cell, x, y, isPinned: false });
    }
    event.preventDefault();
  };
}

function boxOf({ left, top, width, height }: NonNullable<ReturnType<typeof usePointer>['brush']>) {
  return { left, top, width, height };
}

function useFacts({ view }: HeatmapModel, hover: Hover | undefined): CellFacts | undefined {
  const { row, column } = hover?.cell ?? { row: -1, column: -1 };
  return useMemo(() => {
    const { grid, anomalies } = view;
    // The next answer may have fewer cells than the one that was pointed at.
    if (row < 0 || row >= grid.rowCount || column >= grid.columnCount) return undefined;
    return cellFacts(grid, { row, column }, anomalies?.[row * grid.columnCount + column] === 1);
  }, [view, row, column]);
}

const getStyles = (theme: GrafanaTheme2) => ({
  plot: css({
    position: 'absolute',
    cursor: 'crosshair',
    touchAction: 'pan-y',
    userSelect: 'none',
    '&:focus-visible': { outline: `2px solid ${theme.colors.primary.main}`, outlineOffset: 2 },
  }),
  crosshair: css({
    position: 'absolute',
    display: 'none',
    top: 0,
    bottom: 0,
    left: 0,
    width: 1,
    background: theme.colors.text.primary,
    opacity: 0.7,
    pointerEvents: 'none',
  }),
  cursor: css({
    position: 'absolute',
    outline: `2px solid ${theme.colors.text.maxContrast}`,
    boxShadow: `0 0 0 3px ${theme.colors.background.canvas}`,
    pointerEvents: 'none',
  }),
  brush: css({
    position: 'absolute',
    background: theme.colors.action.selected,
    border: `1px solid ${theme.colors.primary.border}`,
    pointerEvents: 'none',
  }),
});
