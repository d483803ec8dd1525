import { type ReactElement, useMemo } from 'react';
import { TableView } from '../../shared/src/TableView.tsx';
import { alertTable } from './alert-table.ts';
import type { TimelineProps } from './Timeline.tsx';
import { translate } from './texts.ts';

/** Room for the buttons below. */
const barHeightPx = 24;

/** The intervals as a table, the latest first. */
export function AlertTable({ lanes, looks, options, timeZone, width, height }: TimelineProps): ReactElement {
  const { laneBy, laneLabel } = options;
  const table = useMemo(
    () => alertTable(lanes, { looks, timeZone, laneBy, laneLabel }),
    [lanes, looks, timeZone, laneBy, laneLabel],
  );
  return (
    <TableView
      label={translate('table.label')}
      columns={table.headings.map((title) => ({ key: title, title, isNumber: false }))}
      rowCount={table.rowCount}
      width={width}
      height={Math.max(0, height - barHeightPx)}
      cell={table.cell}
    />
  );
}
