import { dateTimeFormat, type TimeZone } from '@grafana/data';
import type { CsvTable } from '../../shared/src/csv.ts';
import type { TableColumn } from '../../shared/src/TableView.tsx';
import type { Formats } from './formats.ts';
import { rowSpan } from './geometry.ts';
import type { HeatmapView } from './prepare.ts';
import { translate } from './texts.ts';

export interface CellsTable {
  readonly columns: readonly TableColumn[];
  readonly rowCount: number;
  /** As a person reads it. */
  cell(row: number, column: number): string;
  /** The same as a file has it: exact numbers, times of ISO 8601, bounds apart. */
  readonly csv: CsvTable;
}

/** Every cell that is drawn as a line, newest first: what the picture shows, for those who do not see it. */
export function tableOfCells(view: HeatmapView, formats: Formats, timeZone: TimeZone): CellsTable {
  const { grid } = view;
  const lines = drawnCells(view);
  const totals = columnTotals(view);
  const at = (line: number) => {
    const row = Math.floor(lines[line] / grid.columnCount);
    const column = lines[line] - row * grid.columnCount;
    return { row, column, value: grid.values[lines[line]], share: grid.values[lines[line]] / totals[column] };
  };
  const timeOf = (row: number, column: number): readonly [number, number] =>
    grid.cellTime?.(row, column) ?? [grid.columnStartsMs[column], grid.columnEndsMs[column]];
  const boundsOf = (row: number, column: number): readonly [number, number] => {
    const [low, high] = rowSpan(grid, row, column);
    return [grid.rowEdges[low], grid.rowEdges[high]];
  };
  const shareText = (share: number): string => formats.share(Number.isFinite(share) ? share : Number.NaN);
  return {
    columns: ['time', 'row', 'value', 'share'].map((key, i) => ({
      key,
      title: translate(`table.${key}`),
      isNumber: i > 1,
    })),
    rowCount: lines.length,
    cell(line, i) {
      const { row, column, value, share } = at(line);
      if (i === 0)
        return dateTimeFormat(timeOf(row, column)[grid.cellTime === undefined ? 1 : 0], {
          timeZone,
          format: 'YYYY-MM-DD HH:mm:ss',
        });
      if (i === 2) return formats.value(value, grid.rowField?.(row));
      if (i === 3) return shareText(share);
      return grid.kind === 'names' ? grid.rowNames[row] : formats.bounds(...boundsOf(row, column));
    },
    csv: {
      headings:
        grid.kind === 'names'
          ? ['start', 'end', grid.rowLabel || 'row', 'value']
          : ['start', 'end', 'lower', 'upper', 'count'],
      rowCount: lines.length,
      cell(line, i) {
        const { row, column, value } = at(line);
        const times = timeOf(row, column);
        if (i < 2) return new Date(times[i]).toISOString();
        if (grid.kind === 'names') return i === 2 ? grid.rowNames[row] : value;
        return i === 4 ? value : boundsOf(row, column)[i - 2];
      },
    },
  };
}

/** Indexes of the cells that have a colour, newest first; a bucket of several rows once. */
function drawnCells({ grid, levels }: HeatmapView): Uint32Array {
  const { columnCount, rowCount, span } = grid;
  const found = new Uint32Array(levels.length);
  let count = 0;
  for (let column = columnCount - 1; column >= 0; column--) {
    for (let row = 0; row < rowCount; row++) {
      const cell = row * columnCount + column;
      const isFirst = span === undefined || span.high[cell] <= span.low[cell] || span.low[cell] === row;
      if (levels[cell] > 0 && isFirst) found[count++] = cell;
    }
  }
  return found.subarray(0, count);
}

function columnTotals({ grid }: HeatmapView): Float64Array {
  const { columnCount, rowCount, span, values } = grid;
  const totals = new Float64Array(columnCount);
  for (let row = 0; row < rowCount; row++) {
    for (let column = 0; column < columnCount; column++) {
      const cell = row * columnCount + column;
      const isFirst = span === undefined || span.high[cell] <= span.low[cell] || span.low[cell] === row;
      if (!isFirst || Number.isNaN(values[cell])) continue;
      // Parts of a whole are all above zero.
      totals[column] = values[cell] < 0 ? Number.NaN : totals[column] + values[cell];
    }
  }
  return totals;
}
