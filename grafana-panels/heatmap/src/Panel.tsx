import { css } from '@emotion/css';
import type { GrafanaTheme2, PanelProps } from '@grafana/data';
import { PanelDataErrorView } from '@grafana/runtime';
import { useStyles2, useTheme2 } from '@grafana/ui';
import { type ReactElement, useCallback, useMemo, useState } from 'react';
import { CellsCanvas } from './CellsCanvas.tsx';
import { CellTable } from './CellTable.tsx';
import { formatsFor } from './formats.ts';
import { Overlay } from './Overlay.tsx';
import type { HeatmapOptions } from './options.ts';
import { readGrid } from './prepare.ts';
import { Toolbar } from './Toolbar.tsx';
import { translate } from './texts.ts';
import { useHeatmap } from './use-heatmap.ts';

/** More columns than this cannot be told apart on a panel this wide. */
const columnsPerPx = 1;

export function Panel(props: PanelProps<HeatmapOptions>): ReactElement {
  const { data, options, width, fieldConfig, id } = props;
  const columnCountMax = Math.max(50, Math.floor(width * columnsPerPx));
  const grid = useMemo(
    () => readGrid(data.series, options, columnCountMax),
    [data.series, options, columnCountMax],
  );
  if (grid === undefined)
    return (
      <PanelDataErrorView
        panelId={id}
        data={data}
        fieldConfig={fieldConfig}
        message={translate(data.series.some(({ length }) => length > 0) ? 'empty.unfit' : 'empty.none')}
        needsTimeField
        needsNumberField
      />
    );
  return <Heatmap {...props} grid={grid} />;
}

export interface HeatmapProps extends PanelProps<HeatmapOptions> {
  readonly grid: NonNullable<ReturnType<typeof readGrid>>;
}

function Heatmap(props: HeatmapProps): ReactElement {
  const { grid, options, width, height, timeZone } = props;
  const theme = useTheme2();
  const styles = useStyles2(getStyles);
  const [isTable, setIsTable] = useState(false);
  const [rows, setRows] = useState<readonly [number, number]>();
  const formats = useMemo(
    () => formatsFor(grid.field, options.yUnit || grid.rowUnit),
    [grid.field, grid.rowUnit, options.yUnit],
  );
  // Rows may be fewer after the next answer.
  const rowsInSight = rows !== undefined && rows[1] <= grid.rowCount ? rows : undefined;
  const model = useHeatmap({ props, theme, formats, rows: rowsInSight });
  const showAllRows = useCallback(() => setRows(undefined), []);
  return (
    <div className={styles.root} style={{ width, height }} data-testid="statbar-heatmap">
      {isTable ? (
        <CellTable view={model.view} formats={formats} width={width} height={height} timeZone={timeZone} />
      ) : (
        <>
          <CellsCanvas width={width} height={height} drawing={model.drawing} />
          <Overlay {...props} model={model} formats={formats} onRows={setRows} />
        </>
      )}
      <Toolbar
        grid={model.view.grid}
        isTable={isTable}
        rows={rowsInSight}
        isCramped={!isTable && (height < 140 || !options.showLegend)}
        onToggleTable={() => setIsTable((before) => !before)}
        onShowAllRows={showAllRows}
      />
    </div>
  );
}

const getStyles = (_theme: GrafanaTheme2) => ({
  root: css({ position: 'relative', overflow: 'hidden' }),
});
