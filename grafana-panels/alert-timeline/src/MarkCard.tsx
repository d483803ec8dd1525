import { useStyles2 } from '@grafana/ui';
import type { ReactElement } from 'react';
import type { Mark } from './alerts.ts';
import { cardStyles } from './card-styles.ts';
import { spanText } from './durations.ts';
import { translate } from './texts.ts';

export interface MarkCardProps {
  readonly marks: readonly Mark[];
  readonly timeZone: string;
}

const listedMax = 4;

/** Anomalies and notes at a place. */
export function MarkCard({ marks, timeZone }: MarkCardProps): ReactElement {
  const styles = useStyles2(cardStyles);
  const listed = marks.slice(0, listedMax);
  return (
    <>
      {listed.map((mark, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: two marks may be alike, and marks have no state.
        <section key={i} className={styles.part}>
          <strong>{plainText(mark.title)}</strong>
          <div className={styles.quiet}>{spanText(mark.startMs, mark.endMs, timeZone)}</div>
          <div className={styles.text}>{plainText(mark.text)}</div>
        </section>
      ))}
      {marks.length > listed.length && (
        <div className={styles.quiet}>{translate('card.more', { count: marks.length - listed.length })}</div>
      )}
    </>
  );
}

/** Markup of annotations is read as text: only its words are shown. */
function plainText(text: string): string {
  return text.replace(/<[^>]*>/g, ' ').trim();
}
