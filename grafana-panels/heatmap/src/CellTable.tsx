import { type ReactElement, useMemo } from 'react';
import { TableView } from '../../shared/src/TableView.tsx';
import type { Formats } from './formats.ts';
import type { HeatmapView } from './prepare.ts';
import { tableOfCells } from './table-cells.ts';
import { translate } from './texts.ts';

export interface CellTableProps {
  readonly view: HeatmapView;
  readonly formats: Formats;
  readonly width: number;
  readonly height: number;
  readonly timeZone: string;
  /** Of the panel. */
  readonly title: string;
}

export function CellTable({ view, formats, width, height, timeZone, title }: CellTableProps): ReactElement {
  const table = useMemo(() => tableOfCells(view, formats, timeZone), [view, formats, timeZone]);
  return (
    <TableView {...table} width={width} height={height} label={`${title}: ${translate('table.label')}`} />
  );
}
