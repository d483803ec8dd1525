import { css } from '@emotion/css';
import type { Field } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import type { ReactElement } from 'react';
import { timeRangeText } from '../../shared/src/time-axis.ts';
import { nameOf } from './CellCard.tsx';
import type { CellFacts } from './cell-facts.ts';
import type { Formats } from './formats.ts';
import { translate } from './texts.ts';
import type { Hover } from './use-pointer.ts';

export interface ActiveCellProps {
  readonly id: string;
  readonly hover: Hover | undefined;
  readonly facts: CellFacts | undefined;
  readonly formats: Formats;
  readonly timeZone: string;
  /** Whose unit and mappings the cell's value has. */
  readonly field: Field | undefined;
}

/** The cell under the cursor as a screen reader meets it, said aloud when it changes. */
export function ActiveCell({ id, hover, facts, formats, timeZone, field }: ActiveCellProps): ReactElement {
  const styles = useStyles2(getStyles);
  const text =
    facts === undefined
      ? ''
      : [
          timeRangeText(facts.startMs, facts.endMs, timeZone),
          nameOf(facts, formats),
          formats.value(facts.value, field),
          ...(facts.isAnomaly ? [translate('cell.anomaly')] : []),
        ].join(', ');
  return (
    // biome-ignore lint/a11y/useSemanticElements lint/a11y/useFocusableInteractive: the grid has the focus and names its active cell.
    <div role="row" className={styles.hidden} aria-rowindex={(hover?.cell.row ?? 0) + 1}>
      {/* biome-ignore lint/a11y/useSemanticElements: as above. */}
      <div
        role="gridcell"
        id={id}
        tabIndex={-1}
        aria-colindex={(hover?.cell.column ?? 0) + 1}
        aria-live="polite"
      >
        {text}
      </div>
    </div>
  );
}

const getStyles = () => ({
  hidden: css({
    position: 'absolute',
    width: 1,
    height: 1,
    overflow: 'hidden',
    clipPath: 'inset(50%)',
    whiteSpace: 'nowrap',
  }),
});
