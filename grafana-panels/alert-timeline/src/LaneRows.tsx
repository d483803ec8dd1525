import { css } from '@emotion/css';
import { useStyles2 } from '@grafana/ui';
import type { ReactElement, RefObject } from 'react';
import { LaneRow } from './LaneRow.tsx';
import type { Layout } from './layout.ts';
import type { Lane } from './prepare.ts';

export interface LaneRowsProps {
  readonly id: string;
  readonly lanes: readonly Lane[];
  readonly layout: Layout;
  readonly scrollPx: number;
  readonly scroller: RefObject<HTMLDivElement | null>;
  readonly activeIndex: number | undefined;
  onScroll(scrollPx: number): void;
}

/** The rows that are in sight, on a sheet that is as high as all of them. */
export function LaneRows(props: LaneRowsProps): ReactElement {
  const { id, lanes, layout, scrollPx, scroller, activeIndex, onScroll } = props;
  const styles = useStyles2(getStyles);
  const [first, last] = layout.lanesInSight(scrollPx, lanes.length);
  return (
    <div
      ref={scroller}
      role="presentation"
      className={styles.lanes}
      style={{ top: layout.plotTop, height: layout.plotHeight }}
      onScroll={(event) => onScroll(event.currentTarget.scrollTop)}
    >
      <div role="presentation" className={styles.sheet} style={{ height: lanes.length * layout.laneHeight }}>
        {lanes.slice(first, last).map((lane, i) => (
          <LaneRow
            key={lane.key}
            id={`${id}${first + i}`}
            {...{ lane, layout, index: first + i }}
            isActive={activeIndex === first + i}
          />
        ))}
      </div>
    </div>
  );
}

const getStyles = () => ({
  lanes: css({ position: 'absolute', left: 0, right: 0, overflowX: 'hidden', overflowY: 'auto' }),
  sheet: css({ position: 'relative' }),
});
