import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import type { ReactElement } from 'react';
import { toCss } from '../../shared/src/palette.ts';
import { timeRangeText } from '../../shared/src/time-axis.ts';
import { type CellFacts, columnBuckets } from './cell-facts.ts';
import type { Note } from './draw.ts';
import type { Exemplar } from './exemplars.ts';
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
  readonly exemplars: readonly Exemplar[];
  readonly notes: readonly Note[];
}

/** What a tooltip says about a cell. */
export function CellCard(props: CellCardProps): ReactElement {
  const { view, cell, facts, formats, options, timeZone, exemplars, notes } = props;
  const styles = useStyles2(getStyles);
  const isBuckets = view.grid.kind === 'buckets';
  const level = view.levels[cell.row * view.grid.columnCount + cell.column];
  const colour = level > 0 ? toCss(view.colours[level - 1]) : 'transparent';
  const lines: [string, string][] = [
    [
      translate(isBuckets ? 'cell.count' : 'cell.value'),
      formats.value(facts.value, view.grid.rowField?.(cell.row)),
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
          <div className={styles.section}>{translate('cell.contributors')}</div>
          <dl className={styles.lines}>
            {listed.map(({ label, value, field }) => (
              <div key={label}>
                <dt>{label}</dt>
                <dd>{formats.value(value, isBuckets ? undefined : field)}</dd>
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
      <ExemplarLines exemplars={exemplars} formats={formats} timeZone={timeZone} isBuckets={isBuckets} />
      {notes.slice(0, listedMax).map(({ text, colour, fromMs }) => (
        <div key={`${fromMs} ${text}`} className={styles.note} style={{ borderColor: colour }}>
          {text}
        </div>
      ))}
    </>
  );
}

/** More of them make the card longer than a screen. */
const listedMax = 3;

interface ExemplarLinesProps {
  readonly exemplars: readonly Exemplar[];
  readonly formats: Formats;
  readonly timeZone: string;
  readonly isBuckets: boolean;
}

/** Single measurements within the cell: their value, time and labels. */
function ExemplarLines({ exemplars, formats, timeZone, isBuckets }: ExemplarLinesProps): ReactElement | null {
  const styles = useStyles2(getStyles);
  if (exemplars.length === 0) return null;
  return (
    <>
      <div className={styles.section}>{translate('cell.exemplars', { count: exemplars.length })}</div>
      {exemplars.slice(0, listedMax).map(({ timeMs, value, labels, index }) => (
        <dl key={`${timeMs} ${index}`} className={styles.lines}>
          <div>
            <dt>{timeRangeText(timeMs, timeMs, timeZone)}</dt>
            <dd>{isBuckets ? formats.bound(value) : formats.value(value)}</dd>
          </div>
          {labels.map(([name, text]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{text}</dd>
            </div>
          ))}
        </dl>
      ))}
    </>
  );
}

/** A bucket by both of its bounds, a row by its name. */
export function nameOf(facts: CellFacts, formats: Formats): string {
  return Number.isNaN(facts.lower) ? facts.name : formats.bounds(facts.lower, facts.upper);
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
  section: css({ color: theme.colors.text.secondary, marginTop: theme.spacing(0.75) }),
  note: css({ marginTop: theme.spacing(0.75), paddingLeft: theme.spacing(0.75), borderLeft: '3px solid' }),
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
    // A trace's id is longer than the card is wide.
    dd: { margin: 0, overflowWrap: 'anywhere', textAlign: 'right' },
  }),
  bars: css({
    display: 'block',
    marginTop: theme.spacing(0.75),
    borderBottom: `1px solid ${theme.colors.border.medium}`,
    rect: { fill: theme.colors.text.disabled },
    'rect[data-own="true"]': { fill: theme.colors.primary.main },
  }),
});
