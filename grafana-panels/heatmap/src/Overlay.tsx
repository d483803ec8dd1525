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
import { timeRangeText } from '../../shared/src/time-axis.ts';
import { CellCard, nameOf } from './CellCard.tsx';
import { CellFooter } from './CellFooter.tsx';
import { type CellFacts, cellFacts } from './cell-facts.ts';
import { legendBar } from './draw.ts';
import type { Formats } from './formats.ts';
import { cellBox } from './geometry.ts';
import { moveCursor } from './interaction.ts';
import { legendHeightPx } from './layout.ts';
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
  const { model, formats, options, timeZone, eventBus, onChangeTimeRange, onRows } = props;
  const { view, geometry } = model;
  const { plot } = geometry;
  const styles = useStyles2(getStyles);
  const id = useId();
  const root = useRef<HTMLDivElement>(null);
  const crosshairLine = useRef<HTMLDivElement>(null);
  const [hover, setHover] = useState<Hover>();
  // The line is moved without rendering: it follows every pointer of the dashboard.
  const showTime = useCallback(
    (timeMs: number | undefined) => {
      const line = crosshairLine.current;
      if (line === null) return;
      const part = timeMs === undefined ? -1 : (timeMs - geometry.fromMs) / (geometry.toMs - geometry.fromMs);
      line.style.display = part >= 0 && part <= 1 ? 'block' : 'none';
      line.style.transform = `translateX(${part * plot.width}px)`;
    },
    [geometry, plot.width],
  );
  const { publish } = useCrosshair(eventBus, showTime);
  const pointer = usePointer({ geometry, hover, setHover, showTime, publish, onChangeTimeRange, onRows });
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
      <ActiveCell id={`${id}cell`} hover={hover} facts={facts} formats={formats} timeZone={timeZone} />
      <div ref={crosshairLine} className={styles.crosshair} />
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

interface CellTooltipProps extends OverlayProps {
  readonly hover: Hover;
  readonly facts: CellFacts;
  onClose(): void;
}

function CellTooltip(props: CellTooltipProps): ReactElement {
  const { model, hover, facts, formats, options, timeZone, onClose } = props;
  return (
    <FloatingCard
      x={hover.x}
      y={hover.y}
      isPinned={hover.isPinned}
      label={translate('cell.label')}
      closeLabel={translate('pin.close')}
      onClose={onClose}
    >
      <CellCard
        view={model.view}
        cell={hover.cell}
        facts={facts}
        formats={formats}
        options={options}
        timeZone={timeZone}
      />
      {hover.isPinned && <CellFooter {...props} facts={facts} />}
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

interface ActiveCellProps {
  readonly id: string;
  readonly hover: Hover | undefined;
  readonly facts: CellFacts | undefined;
  readonly formats: Formats;
  readonly timeZone: string;
}

/** The cell under the cursor as a screen reader meets it, said aloud when it changes. */
function ActiveCell({ id, hover, facts, formats, timeZone }: ActiveCellProps): ReactElement {
  const styles = useStyles2(getStyles);
  const text =
    facts === undefined
      ? ''
      : [
          timeRangeText(facts.startMs, facts.endMs, timeZone),
          nameOf(facts, formats),
          Number.isNaN(facts.value) ? translate('cell.empty') : formats.value(facts.value),
          ...(facts.isAnomaly ? [translate('cell.anomaly')] : []),
        ].join(', ');
  return (
    // biome-ignore lint/a11y/useSemanticElements lint/a11y/useFocusableInteractive: the grid has the focus and names its active cell.
    <div role="row" className={styles.hidden} aria-rowindex={(hover?.cell.row ?? 0) + 1}>
      {/* biome-ignore lint/a11y/useSemanticElements: as above. */}
      <div
        role="gridcell"
        id={id}
        tabIndex={-1}
        aria-colindex={(hover?.cell.column ?? 0) + 1}
        aria-live="polite"
      >
        {text}
      </div>
    </div>
  );
}

/** Where in the legend's colours the value of the cell is. */
function LegendMarker({
  model,
  value,
  height,
}: OverlayProps & { readonly value: number }): ReactElement | null {
  const styles = useStyles2(getStyles);
  const { view, geometry } = model;
  const level = view.scale.levelOf(value);
  if (level === 0 || height < 140) return null;
  const part = view.isStepped ? (level - 0.5) / view.colours.length : (level - 1) / (view.colours.length - 1);
  const { width } = legendBar(geometry);
  return (
    <div
      className={styles.marker}
      style={{ left: part * width - 1, top: height - legendHeightPx + 3 - geometry.plot.top }}
    />
  );
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
  marker: css({
    position: 'absolute',
    width: 3,
    height: 14,
    background: theme.colors.text.maxContrast,
    border: `1px solid ${theme.colors.background.primary}`,
    pointerEvents: 'none',
  }),
  hidden: css({
    position: 'absolute',
    width: 1,
    height: 1,
    overflow: 'hidden',
    clipPath: 'inset(50%)',
    whiteSpace: 'nowrap',
  }),
});
