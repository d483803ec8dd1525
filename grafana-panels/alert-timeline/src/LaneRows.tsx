import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import type { KeyboardEvent, ReactElement, RefObject } from 'react';
import type { Drawing } from './draw.ts';
import { LaneRow } from './LaneRow.tsx';
import { figureNames } from './names.ts';
import type { Lane } from './prepare.ts';
import { Bars } from './TimelineCanvas.tsx';
import { translate } from './texts.ts';
import { slotCount, type Tile } from './tile.ts';
import { unseen } from './unseen.ts';

export interface LaneRowsProps {
  readonly id: string;
  readonly lanes: readonly Lane[];
  readonly drawing: Drawing;
  readonly tile: Tile;
  readonly grid: RefObject<HTMLDivElement | null>;
  readonly lanesName: string;
  /** -1: none. */
  readonly activeIndex: number;
  onKeyDown(event: KeyboardEvent<HTMLElement>): void;
  onScroll(scrollPx: number): void;
}

/** The rows of a tile, on a sheet that is as high as all rows. */
export function LaneRows(props: LaneRowsProps): ReactElement {
  const { id, lanes, drawing, tile, grid, lanesName, activeIndex, onKeyDown, onScroll } = props;
  const { layout } = drawing;
  const styles = useStyles2(getStyles);
  const [first, last] = tile;
  const slots = slotCount(layout);
  return (
    // biome-ignore lint/a11y/useSemanticElements: a table cannot hold only those of its rows that are near.
    <div
      ref={grid}
      role="grid"
      tabIndex={0}
      className={styles.lanes}
      style={{ top: layout.plotTop, height: layout.plotHeight }}
      aria-label={translate('grid.label', { count: lanes.length })}
      aria-rowcount={lanes.length + 1}
      aria-activedescendant={activeIndex >= first && activeIndex < last ? `${id}${activeIndex}` : undefined}
      onKeyDown={onKeyDown}
      onScroll={(event) => onScroll(event.currentTarget.scrollTop)}
    >
      {/* The names of the columns stand above, where they stay. */}
      {/* biome-ignore lint/a11y/useSemanticElements lint/a11y/useFocusableInteractive: a row of the grid, which has the focus. */}
      <div role="row" aria-rowindex={1} className={styles.unseen}>
        {[lanesName, ...(layout.figuresWidth > 0 ? figureNames.map((name) => translate(name)) : [])].map(
          (name) => (
            // biome-ignore lint/a11y/useSemanticElements lint/a11y/useFocusableInteractive: a cell of the grid.
            <span key={name} role="columnheader">
              {name}
            </span>
          ),
        )}
      </div>
      <div role="presentation" className={styles.sheet} style={{ height: lanes.length * layout.laneHeight }}>
        <Bars drawing={drawing} tile={tile} />
        {lanes.slice(first, last).map((lane, i) => (
          <LaneRow
            // Rows that scroll out of the tile become those that scroll into it: new elements cost the most.
            // biome-ignore lint/suspicious/noArrayIndexKey: a row has no state of its own.
            key={(first + i) % slots}
            id={`${id}${first + i}`}
            {...{ lane, layout, index: first + i }}
            isActive={activeIndex === first + i}
          />
        ))}
      </div>
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  lanes: css({
    ...{ position: 'absolute', left: 0, right: 0, overflowX: 'hidden', overflowY: 'auto' },
    contain: 'strict',
    '&:focus-visible': { outline: `2px solid ${theme.colors.primary.main}`, outlineOffset: -2 },
  }),
  unseen: css(unseen),
  sheet: css({ position: 'relative' }),
});
