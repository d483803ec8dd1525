import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import type { ReactElement } from 'react';
import { toCss } from '../../shared/src/palette.ts';
import { timeRangeText } from '../../shared/src/time-axis.ts';
import { type CellFacts, columnBuckets } from './cell-facts.ts';
import type { Formats } from './formats.ts';
import type { Cell } from './geometry.ts';
import type { HeatmapOptions } from './options.ts';
import type { HeatmapView } from './prepare.ts';
import { translate } from './texts.ts';

export interface CellCardProps {
  readonly view: HeatmapView;
  readonly cell: Cell;
  readonly facts: CellFacts;
  readonly formats: Formats;
  readonly options: HeatmapOptions;
  readonly timeZone: string;
}

/** What a tooltip says about a cell. */
export function CellCard({ view, cell, facts, formats, options, timeZone }: CellCardProps): ReactElement {
  const styles = useStyles2(getStyles);
  const isBuckets = view.grid.kind === 'buckets';
  const level = view.levels[cell.row * view.grid.columnCount + cell.column];
  const colour = level > 0 ? toCss(view.colours[level - 1]) : 'transparent';
  const lines: [string, string][] = [
    [
      translate(isBuckets ? 'cell.count' : 'cell.value'),
      Number.isNaN(facts.value) ? translate('cell.empty') : formats.value(facts.value),
    ],
  ];
  if (!Number.isNaN(facts.share)) lines.push([translate('cell.share'), formats.share(facts.share)]);
  if (!Number.isNaN(facts.shareUpTo)) {
    lines.push([translate('cell.cumulative'), formats.share(facts.shareUpTo)]);
    lines.push([
      translate('cell.quantiles'),
      `${formats.share(facts.shareBelow)} – ${formats.share(facts.shareUpTo)}`,
    ]);
  }
  const listed = facts.contributors.slice(0, options.contributorCount);
  return (
    <>
      <div className={styles.time}>{timeRangeText(facts.startMs, facts.endMs, timeZone)}</div>
      <div className={styles.head}>
        <span className={styles.swatch} style={{ background: colour }} />
        <strong>{nameOf(facts, formats)}</strong>
        {facts.isAnomaly && <span className={styles.anomaly}>{translate('cell.anomaly')}</span>}
      </div>
      <dl className={styles.lines}>
        {lines.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {isBuckets && options.showColumnHistogram && <ColumnHistogram view={view} cell={cell} />}
      {facts.contributors.length > 1 && (
        <>
          <div className={styles.time}>{translate('cell.contributors')}</div>
          <dl className={styles.lines}>
            {listed.map(({ label, value }) => (
              <div key={label}>
                <dt>{label}</dt>
                <dd>{formats.value(value)}</dd>
              </div>
            ))}
          </dl>
          {facts.contributors.length > listed.length && (
            <div className={styles.time}>
              {translate('cell.more', { count: facts.contributors.length - listed.length })}
            </div>
          )}
        </>
      )}
    </>
  );
}

/** A bucket by both of its bounds, a row by its name. */
export function nameOf(facts: CellFacts, formats: Formats): string {
  if (Number.isNaN(facts.lower)) return facts.name;
  if (facts.lower === Number.NEGATIVE_INFINITY) return `≤ ${formats.bound(facts.upper)}`;
  if (facts.upper === Number.POSITIVE_INFINITY) return `> ${formats.bound(facts.lower)}`;
  return `${formats.bound(facts.lower)} – ${formats.bound(facts.upper)}`;
}

const [barsWidth, barsHeight] = [220, 40];

/** The column's distribution, with the cell's bucket set off. */
function ColumnHistogram({ view, cell }: { readonly view: HeatmapView; readonly cell: Cell }): ReactElement {
  const styles = useStyles2(getStyles);
  const buckets = columnBuckets(view.grid, cell.column);
  const highest = buckets.reduce((max, { value }) => Math.max(max, value), 0);
  const barWidth = barsWidth / view.grid.rowCount;
  return (
    <svg className={styles.bars} width={barsWidth} height={barsHeight} aria-hidden="true">
      {buckets.map(({ low, high, value }) => (
        <rect
          key={low}
          data-own={low <= cell.row && cell.row < high}
          x={low * barWidth}
          width={Math.max(1, (high - low) * barWidth - (barWidth > 3 ? 1 : 0))}
          y={barsHeight - (highest > 0 ? (value / highest) * barsHeight : 0)}
          height={highest > 0 ? (value / highest) * barsHeight : 0}
        />
      ))}
    </svg>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  time: css({ color: theme.colors.text.secondary, paddingRight: theme.spacing(3) }),
  head: css({
    display: 'flex',
    alignItems: 'center',
    gap: theme.spacing(0.75),
    margin: theme.spacing(0.5, 0),
  }),
  swatch: css({
    width: 12,
    height: 12,
    borderRadius: 2,
    border: `1px solid ${theme.colors.border.medium}`,
    flexShrink: 0,
  }),
  anomaly: css({ color: theme.colors.error.text, fontWeight: theme.typography.fontWeightMedium }),
  lines: css({
    margin: 0,
    '& > div': { display: 'flex', justifyContent: 'space-between', gap: theme.spacing(3) },
    dt: { fontWeight: 'normal', overflowWrap: 'anywhere', color: theme.colors.text.secondary },
    dd: { margin: 0, whiteSpace: 'nowrap' },
  }),
  bars: css({
    display: 'block',
    marginTop: theme.spacing(0.75),
    borderBottom: `1px solid ${theme.colors.border.medium}`,
    rect: { fill: theme.colors.text.disabled },
    'rect[data-own="true"]': { fill: theme.colors.primary.main },
  }),
});
