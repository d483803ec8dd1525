import { css } from '@emotion/css';
import { useStyles2 } from '@grafana/ui';
import { type ReactElement, useEffect, useRef, useState } from 'react';
import type { LeaderboardView } from './prepare.ts';
import { translate } from './texts.ts';

export interface LeaderNewsProps {
  readonly view: LeaderboardView;
  /** The first row is the one that leads. */
  readonly isRanked: boolean;
}

/** Says aloud when somebody else takes the lead: for those who listen, a live board is not silent. */
export function LeaderNews({ view, isRanked }: LeaderNewsProps): ReactElement {
  const styles = useStyles2(getStyles);
  const leader = isRanked ? view.rows[0]?.entry : undefined;
  const before = useRef(leader?.key);
  const [news, setNews] = useState('');
  useEffect(() => {
    const isNew = leader !== undefined && before.current !== undefined && leader.key !== before.current;
    before.current = leader?.key;
    if (isNew) setNews(translate('live.leader', { name: leader.name }));
  }, [leader]);
  return (
    <div role="status" className={styles.spoken} data-testid="statbar-leader-news">
      {news}
    </div>
  );
}

const getStyles = () => ({
  spoken: css({ position: 'absolute', width: 1, height: 1, overflow: 'hidden', clipPath: 'inset(50%)' }),
});
