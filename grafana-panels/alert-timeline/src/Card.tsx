import { css } from '@emotion/css';
import { type GrafanaTheme2, textUtil } from '@grafana/data';
import { Button, TextLink, useStyles2 } from '@grafana/ui';
import { type ReactElement, useState } from 'react';
import { timeRangeText } from '../../shared/src/time-axis.ts';
import { type AlertAction, act, actionSource } from './actions.ts';
import type { Interval, Mark } from './alerts.ts';
import { durationText } from './durations.ts';
import type { TimelineProps } from './Timeline.tsx';
import { translate } from './texts.ts';
import { useDrawStyle } from './use-drawing.ts';

export interface CardProps {
  readonly timeline: TimelineProps;
  readonly intervals: readonly Interval[];
  readonly isPinned: boolean;
}

const listedMax = 4;

/** What a tooltip says of the alerts at a place; pinned with their runbook, and what the viewer may do. */
export function Card({ timeline, intervals, isPinned }: CardProps): ReactElement {
  const styles = useStyles2(getStyles);
  const listed = intervals.slice(0, listedMax);
  return (
    <>
      {listed.map((interval) => (
        <AlertPart
          key={`${interval.fingerprint} ${interval.group} ${interval.startMs}`}
          {...{ timeline, interval, isPinned }}
        />
      ))}
      {intervals.length > listed.length && (
        <div className={styles.quiet}>
          {translate('card.more', { count: intervals.length - listed.length })}
        </div>
      )}
    </>
  );
}

interface PartProps {
  readonly timeline: TimelineProps;
  readonly interval: Interval;
  readonly isPinned: boolean;
}

function AlertPart({ timeline, interval, isPinned }: PartProps): ReactElement {
  const styles = useStyles2(getStyles);
  const { states } = useDrawStyle();
  const duration = durationText(interval.endMs - interval.startMs);
  const lines = [
    ['duration', interval.isOpen ? translate('card.open', { duration }) : duration],
    ['severity', interval.severity],
    ['service', interval.service],
    ['team', interval.team],
    ['owner', interval.owner],
    ['acknowledgedBy', interval.acknowledgedBy],
    ['value', Number.isNaN(interval.value) ? '' : String(Number(interval.value.toPrecision(6)))],
  ].filter(([, text]) => text !== '');
  return (
    <section className={styles.alert}>
      <div className={styles.head}>
        <span className={styles.swatch} style={{ background: states[interval.state] }} />
        <strong>{interval.name}</strong> {translate(`state.${interval.state}`)}
      </div>
      <div className={styles.quiet}>{timeRangeText(interval.startMs, interval.endMs, timeline.timeZone)}</div>
      {interval.summary !== '' && <div>{interval.summary}</div>}
      <dl className={styles.lines}>
        {lines.map(([name, text]) => (
          <div key={name}>
            <dt>{translate(`card.${name}`)}</dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
      {isPinned && <Links interval={interval} />}
      {isPinned && <Actions timeline={timeline} interval={interval} />}
    </section>
  );
}

function Links({ interval }: { readonly interval: Interval }): ReactElement {
  const styles = useStyles2(getStyles);
  const links = [
    ['card.runbook', interval.runbook],
    ['card.alert', interval.url],
  ].filter(([, url]) => url !== '');
  return (
    <div className={styles.buttons}>
      {links.map(([name, url]) => (
        <TextLink key={name} href={textUtil.sanitizeUrl(url)} external inline={false}>
          {translate(name)}
        </TextLink>
      ))}
    </div>
  );
}

function Actions({ timeline, interval }: Omit<PartProps, 'isPinned'>): ReactElement | null {
  const styles = useStyles2(getStyles);
  const [status, setStatus] = useState('');
  const [isRunning, setIsRunning] = useState(false);
  const source = actionSource(interval, timeline.data.request?.targets ?? []);
  if (source === undefined) return null;
  const run = async (action: AlertAction): Promise<void> => {
    setIsRunning(true);
    setStatus(translate('action.running'));
    const reason = await act(source, interval, action);
    setStatus(reason === undefined ? translate('action.done') : translate('action.failed', { reason }));
    setIsRunning(false);
  };
  const silenceMs = Math.max(1, timeline.options.silenceMinutes) * 60_000;
  return (
    <div className={styles.buttons}>
      {interval.state !== 'acknowledged' && interval.acknowledgedBy === '' && (
        <Button size="sm" disabled={isRunning} onClick={() => void run('ack')}>
          {translate('action.ack')}
        </Button>
      )}
      {interval.state !== 'silenced' && (
        <Button size="sm" variant="secondary" disabled={isRunning} onClick={() => void run({ silenceMs })}>
          {translate('action.silence', { duration: durationText(silenceMs) })}
        </Button>
      )}
      <span role="status">{status}</span>
    </div>
  );
}

export interface MarkCardProps {
  readonly marks: readonly Mark[];
  readonly timeZone: string;
}

export function MarkCard({ marks, timeZone }: MarkCardProps): ReactElement {
  const styles = useStyles2(getStyles);
  return (
    <>
      {marks.slice(0, listedMax).map((mark) => (
        <section key={`${mark.startMs} ${mark.title}`} className={styles.alert}>
          <strong>{mark.title}</strong>
          <div className={styles.quiet}>{timeRangeText(mark.startMs, mark.endMs, timeZone)}</div>
          {/* Markup of annotations is read as text: only its words are shown. */}
          <div>{mark.text.replace(/<[^>]*>/g, ' ')}</div>
        </section>
      ))}
    </>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  alert: css({
    marginBottom: theme.spacing(1),
    paddingRight: theme.spacing(3),
    '&:last-child': { marginBottom: 0 },
  }),
  head: css({ display: 'flex', alignItems: 'center', gap: theme.spacing(0.75) }),
  swatch: css({ width: 12, height: 12, borderRadius: 2, flexShrink: 0 }),
  quiet: css({ color: theme.colors.text.secondary }),
  buttons: css({
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    gap: theme.spacing(1),
    marginTop: theme.spacing(0.5),
  }),
  lines: css({
    margin: theme.spacing(0.5, 0, 0),
    '& > div': { display: 'flex', justifyContent: 'space-between', gap: theme.spacing(3) },
    dt: { fontWeight: 'normal', color: theme.colors.text.secondary },
    dd: { margin: 0, overflowWrap: 'anywhere' },
  }),
});
