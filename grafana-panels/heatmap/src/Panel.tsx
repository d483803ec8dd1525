import { css } from '@emotion/css';
import { type DataFrame, FieldType, type GrafanaTheme2, type PanelProps } from '@grafana/data';
import { PanelDataErrorView } from '@grafana/runtime';
import { useStyles2, useTheme2 } from '@grafana/ui';
import { memo, type ReactElement, useCallback, useMemo, useState } from 'react';
import { downloadCsv } from '../../shared/src/csv.ts';
import { useShownProps } from '../../shared/src/hooks.ts';
import { CellsCanvas } from './CellsCanvas.tsx';
import { CellTable } from './CellTable.tsx';
import { formatsFor } from './formats.ts';
import { Overlay } from './Overlay.tsx';
import type { HeatmapOptions } from './options.ts';
import { readGrid } from './prepare.ts';
import { type RowSelection, type SelectedRows, selectionOf, selectRows } from './row-selection.ts';
import { Toolbar, toolbarHeightPx } from './Toolbar.tsx';
import { tableOfCells } from './table-cells.ts';
import { translate } from './texts.ts';
import { useHeatmap } from './use-heatmap.ts';
import { useRowFilter } from './use-row-filter.ts';

/** More columns than this cannot be told apart on a panel this wide. */
const columnsPerPx = 1;

export function Panel(given: PanelProps<HeatmapOptions>): ReactElement {
  const props = useShownProps(given);
  const { data, options, width, fieldConfig, id, timeZone } = props;
  const columnCountMax = Math.max(50, Math.floor(width * columnsPerPx));
  const grid = useMemo(
    () => readGrid(data.series, options, columnCountMax, timeZone),
    [data.series, options, columnCountMax, timeZone],
  );
  if (grid === undefined)
    return (
      <PanelDataErrorView
        panelId={id}
        data={data}
        fieldConfig={fieldConfig}
        message={translate(isFit(data.series) ? 'empty.none' : 'empty.unfit')}
        needsTimeField
        needsNumberField
      />
    );
  return <Heatmap {...props} grid={grid} />;
}

/** Frames that could be a heatmap, or none at all: what they lack are values. */
function isFit(frames: readonly DataFrame[]): boolean {
  const has = (wanted: FieldType): boolean =>
    frames.some(({ fields }) => fields.some(({ type }) => type === wanted));
  return frames.every(({ length }) => length === 0) || (has(FieldType.time) && has(FieldType.number));
}

export interface HeatmapProps extends PanelProps<HeatmapOptions> {
  readonly grid: NonNullable<ReturnType<typeof readGrid>>;
}

/** Rendered again only for what is new: not when Grafana gives a result that is shown later. */
const Heatmap = memo(function Heatmap(props: HeatmapProps): ReactElement {
  const { grid: whole, options, width, height, timeZone, title } = props;
  const theme = useTheme2();
  const styles = useStyles2(getStyles);
  const [isTable, setIsTable] = useState(false);
  const { selected, onRows, showAllRows } = useRowSelection(props);
  const { grid } = selected;
  const shown = useMemo(() => ({ ...props, grid }), [props, grid]);
  const formats = useMemo(
    () => formatsFor(grid.field, options.yUnit || grid.rowUnit),
    [grid.field, grid.rowUnit, options.yUnit],
  );
  const model = useHeatmap({ props: shown, theme, formats, rows: selected.rows });
  return (
    <div className={styles.root} style={{ width, height }} data-testid="statbar-heatmap">
      {isTable ? (
        <CellTable
          {...{ formats, width, timeZone, title }}
          view={model.view}
          height={height - toolbarHeightPx}
        />
      ) : (
        <>
          <CellsCanvas width={width} height={height} drawing={model.drawing} />
          <Overlay {...shown} model={model} formats={formats} onRows={onRows} />
        </>
      )}
      <Toolbar
        notices={model.view.grid.notices}
        isTable={isTable}
        rows={selected.count === undefined ? undefined : { count: selected.count, all: whole.rowCount }}
        isCramped={!isTable && (height < 140 || !options.showLegend)}
        onToggleTable={() => setIsTable((before) => !before)}
        onShowAllRows={showAllRows}
        onDownload={() => downloadCsv(title, tableOfCells(model.view, formats, timeZone).csv)}
      />
    </div>
  );
});

interface Choice {
  readonly selection: RowSelection;
  /** Names of the rows at the time when the dashboard was filtered, too. */
  readonly filteredFrom?: readonly string[];
}

function sameNames(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((name, i) => name === b[i]);
}

interface RowChoice {
  readonly selected: SelectedRows;
  onRows(rows: readonly [number, number]): void;
  showAllRows(): void;
}

/** The rows that the viewer chose with the brush: here at once, in the whole dashboard where that is possible. */
function useRowSelection({ grid, options, data }: HeatmapProps): RowChoice {
  const [choice, setChoice] = useState<Choice>();
  const filterDashboard = useRowFilter();
  // Once the dashboard's filter has changed the rows, it says alone which there are.
  const isOver = choice?.filteredFrom !== undefined && !sameNames(choice.filteredFrom, grid.rowNames);
  const selection = isOver ? undefined : choice?.selection;
  const selected = useMemo(() => selectRows(grid, selection), [grid, selection]);
  const onRows = useCallback(
    (rows: readonly [number, number]) => {
      const chosen = selectionOf(selected.grid, rows);
      setChoice({ selection: chosen });
      if (options.rowBrush !== 'dashboard' || chosen.kind !== 'names') return;
      void filterDashboard(data, selected.grid.rowLabel, chosen.names).then((isDone) => {
        if (isDone) setChoice({ selection: chosen, filteredFrom: grid.rowNames });
      });
    },
    [grid, selected.grid, options.rowBrush, data, filterDashboard],
  );
  const showAllRows = useCallback(() => setChoice(undefined), []);
  return { selected, onRows, showAllRows };
}

const getStyles = (_theme: GrafanaTheme2) => ({
  root: css({ position: 'relative', overflow: 'hidden' }),
});
