import type { CsvTable } from '../../shared/src/csv.ts';
import type { TableColumn } from '../../shared/src/TableView.tsx';
import { changeText, rankChangeSpoken, rankText, valueText } from './formats.ts';
import type { LeaderboardOptions } from './options.ts';
import type { LeaderboardView } from './prepare.ts';
import type { Ranked } from './ranking.ts';
import { translate } from './texts.ts';

interface BoardColumn extends TableColumn {
  /** As a person reads it. */
  text(row: Ranked): string;
  /** As a file has it. */
  raw(row: Ranked): string | number;
}

export interface BoardTable {
  readonly columns: readonly TableColumn[];
  readonly rowCount: number;
  cell(row: number, column: number): string;
  readonly csv: CsvTable;
}

/** The board as a table with all it knows, whatever columns are shown. */
export function tableOfRows(view: LeaderboardView, options: LeaderboardOptions): BoardTable {
  const columns = columnsOf(view, options);
  const { rows } = view;
  return {
    columns,
    rowCount: rows.length,
    cell: (row, column) => columns[column].text(rows[row]),
    csv: {
      headings: columns.map(({ key }) => key),
      rowCount: rows.length,
      cell: (row, column) => columns[column].raw(rows[row]),
    },
  };
}

function columnsOf({ isCompared }: LeaderboardView, options: LeaderboardOptions): readonly BoardColumn[] {
  const column = (
    key: string,
    title: string,
    text: BoardColumn['text'],
    raw: BoardColumn['raw'],
    isNumber = true,
  ): BoardColumn => ({ key, title: translate(title), text, raw, isNumber });
  const value = (key: string, title: string, of: (row: Ranked) => number): BoardColumn =>
    column(key, title, (row) => valueText(row.entry.field, of(row)), of);
  return [
    column('rank', 'table.rank', rankText, ({ rank }) => rank),
    column(
      'name',
      'column.name',
      ({ entry }) => entry.name,
      ({ entry }) => entry.name,
      false,
    ),
    value('value', 'column.value', ({ entry }) => entry.value),
    value('gap', 'column.gap', ({ gap }) => gap),
    ...(isCompared
      ? [
          value('previous', 'card.previous', ({ entry }) => entry.previous),
          column(
            'change',
            'column.change',
            (row) => changeText(row, options.changeAs),
            ({ difference }) => difference,
          ),
          column('rank_change', 'column.rankChange', rankChangeSpoken, ({ rankChange }) => rankChange),
        ]
      : []),
  ];
}
