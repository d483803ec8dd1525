import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { usePanelContext, useStyles2 } from '@grafana/ui';
import type { ReactElement } from 'react';
import { CardFooter } from '../../shared/src/CardFooter.tsx';
import { FloatingCard } from '../../shared/src/FloatingCard.tsx';
import { actionsOf, linksOf } from '../../shared/src/links-and-actions.ts';
import { refreshDashboard } from '../../shared/src/refresh.ts';
import { timeRangeText } from '../../shared/src/time-axis.ts';
import type { ActiveRow, BoardProps } from './Board.tsx';
import { changeText, rankChangeSpoken, rankText, valueText } from './formats.ts';
import type { Ranked } from './ranking.ts';
import { valueAt } from './sparkline.ts';
import { translate } from './texts.ts';

export interface RowCardProps extends BoardProps {
  readonly active: ActiveRow;
  readonly row: Ranked;
  onClose(): void;
}

/** All that is known about a row; pinned with its links, actions and filters. */
export function RowCard(props: RowCardProps): ReactElement {
  const { active, row, view, options, timeZone, onClose } = props;
  const styles = useStyles2(getStyles);
  const { entry } = row;
  const lines: [string, string][] = [
    [translate('column.rank'), `${rankText(row)} / ${view.count}`],
    [translate('column.value'), valueText(entry.field, entry.value)],
  ];
  if (!Number.isNaN(row.gap)) lines.push([translate('column.gap'), valueText(entry.field, row.gap)]);
  if (view.isCompared) {
    lines.push([translate('card.previous'), valueText(entry.field, entry.previous)]);
    lines.push([translate('column.change'), changeText(row, options.changeAs)]);
    lines.push([translate('column.rankChange'), rankChangeSpoken(row)]);
  }
  const { timeMs } = active;
  if (timeMs !== undefined && entry.trend !== undefined)
    lines.push([clockText(timeMs, timeZone), valueText(entry.field, valueAt(entry.trend, timeMs))]);
  return (
    <FloatingCard
      x={active.x}
      y={active.y}
      isPinned={active.isPinned}
      label={entry.name}
      closeLabel={translate('pin.close')}
      onClose={onClose}
    >
      <div className={styles.name}>{entry.name}</div>
      <dl className={styles.lines}>
        {lines.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {active.isPinned && <Footer {...props} />}
    </FloatingCard>
  );
}

/** A pixel is longer than a second: parts of one would only look exact. */
function clockText(timeMs: number, timeZone: string): string {
  const second = Math.round(timeMs / 1000) * 1000;
  return timeRangeText(second, second, timeZone);
}

function Footer({ row, replaceVariables, eventBus }: RowCardProps): ReactElement | null {
  const { onAddAdHocFilter, canExecuteActions } = usePanelContext();
  const links = linksOf([row.entry], replaceVariables);
  const actions =
    canExecuteActions?.() === true
      ? actionsOf(
          row.entry,
          replaceVariables,
          (title) => translate('action.confirm', { title }),
          () => refreshDashboard(eventBus),
        )
      : [];
  const labels = Object.entries(row.entry.labels).filter(([name]) => name !== '__name__');
  const filters =
    onAddAdHocFilter === undefined
      ? []
      : labels.map(([key, value]) => ({
          key,
          operator: '=' as const,
          value,
          onClick: () => onAddAdHocFilter({ key, operator: '=', value }),
        }));
  if (links.length + actions.length + filters.length === 0) return null;
  return <CardFooter dataLinks={links} actions={actions} adHocFilters={filters} />;
}

const getStyles = (theme: GrafanaTheme2) => ({
  name: css({ fontWeight: theme.typography.fontWeightMedium, paddingRight: theme.spacing(3) }),
  lines: css({
    margin: theme.spacing(0.5, 0, 0),
    '& > div': { display: 'flex', justifyContent: 'space-between', gap: theme.spacing(3) },
    dt: { fontWeight: 'normal', color: theme.colors.text.secondary },
    dd: { margin: 0, whiteSpace: 'nowrap' },
  }),
});
