import type { PanelProps } from '@grafana/data';
import { PanelDataErrorView } from '@grafana/runtime';
import { type ReactElement, useMemo, useRef, useState } from 'react';
import { downloadCsv } from '../../shared/src/csv.ts';
import { useShownProps } from '../../shared/src/hooks.ts';
import { TableView } from '../../shared/src/TableView.tsx';
import { Board } from './Board.tsx';
import { BoardTools } from './BoardTools.tsx';
import { tableOfRows } from './board-table.ts';
import { headerHeightPx } from './columns.ts';
import { LeaderNews } from './LeaderNews.tsx';
import type { LeaderboardOptions } from './options.ts';
import { prepareView, readRows } from './prepare.ts';
import { type NameOrder, orderNames, sortRanked } from './ranking.ts';
import { SearchBox, searchHeightPx } from './SearchBox.tsx';
import { translate } from './texts.ts';

export function Panel(given: PanelProps<LeaderboardOptions>): ReactElement {
  const props = useShownProps(given);
  const { data, options, width, height, title } = props;
  const [isTable, setIsTable] = useState(false);
  const [search, setSearch] = useState('');
  // The viewer's own order, until the options name another one.
  const [sorting, setSorting] = useState<Sorting>();
  const own = sorting?.instead === options.sortBy ? sorting : undefined;
  const sortBy = own?.by ?? options.sortBy;
  const isReversed = own?.isReversed ?? false;
  const effective = useMemo(() => ({ ...options, sortBy }), [options, sortBy]);
  const { reducer, comparison, order } = options;
  const names = useRef<NameOrder>(undefined);
  const ranked = useMemo(
    () => readRows(data.series, { reducer, comparison, order }),
    [data.series, reducer, comparison, order],
  );
  const sorted = useMemo(() => {
    if (ranked === undefined) return undefined;
    names.current = orderNames(ranked, names.current);
    return sortRanked(ranked, sortBy, names.current, isReversed);
  }, [ranked, sortBy, isReversed]);
  const view = useMemo(() => sorted && prepareView(sorted, effective, search), [sorted, effective, search]);
  if (view === undefined) return <Unranked {...props} />;
  const searchHeight = options.showSearch ? searchHeightPx : 0;
  return (
    <div style={{ position: 'relative', width, height }} data-testid="statbar-leaderboard">
      {options.showSearch && <SearchBox value={search} count={view.rows.length} onChange={setSearch} />}
      {isTable ? (
        <div style={{ paddingTop: headerHeightPx }}>
          <TableView
            {...tableOfRows(view, effective)}
            label={`${title}: ${translate('table.label')}`}
            width={width}
            height={height - searchHeight - headerHeightPx}
          />
        </div>
      ) : (
        <Board
          {...props}
          options={effective}
          view={view}
          isReversed={isReversed}
          height={height - searchHeight}
          // A second time turns the order round.
          onSort={(by) =>
            setSorting({ by, instead: options.sortBy, isReversed: by === sortBy && !isReversed })
          }
        />
      )}
      <LeaderNews view={view} isRanked={sortBy === 'value' && !isReversed} />
      <BoardTools
        isTable={isTable}
        topPx={searchHeight}
        onToggleTable={() => setIsTable((before) => !before)}
        onDownload={() => downloadCsv(title, tableOfRows(view, effective).csv)}
      />
    </div>
  );
}

/** Says what the data lacks. */
function Unranked({ data, fieldConfig, id }: PanelProps<LeaderboardOptions>): ReactElement {
  const key = data.series.some(({ length }) => length > 0) ? 'empty.unfit' : 'empty.none';
  return (
    <PanelDataErrorView
      panelId={id}
      data={data}
      fieldConfig={fieldConfig}
      message={translate(key)}
      needsNumberField
    />
  );
}

interface Sorting {
  readonly by: LeaderboardOptions['sortBy'];
  readonly instead: LeaderboardOptions['sortBy'];
  readonly isReversed: boolean;
}
