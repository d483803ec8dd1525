import { dateTime } from '@grafana/data';
import { Button, useStyles2 } from '@grafana/ui';
import { type ReactElement, useState } from 'react';
import { refreshDashboard } from '../../shared/src/refresh.ts';
import { type AlertAction, act, actionSource, actionsFor } from './actions.ts';
import type { Interval } from './alerts.ts';
import { cardStyles } from './card-styles.ts';
import { durationText } from './durations.ts';
import type { TimelineProps } from './Timeline.tsx';
import { translate } from './texts.ts';

export interface CardActionsProps {
  readonly timeline: TimelineProps;
  /** Where the alert stands now. */
  readonly interval: Interval;
}

/** What the viewer may do about an alert that is still there. */
export function CardActions({ timeline, interval }: CardActionsProps): ReactElement | null {
  const styles = useStyles2(cardStyles);
  const [status, setStatus] = useState('');
  const [isRunning, setIsRunning] = useState(false);
  const { data, options, eventBus, onDone } = timeline;
  const source = actionSource(interval, data.request?.targets ?? []);
  if (source === undefined) return null;
  const run = async (action: AlertAction): Promise<void> => {
    setIsRunning(true);
    setStatus(translate('action.running'));
    const { reason, group } = await act(source, interval, action);
    setStatus(reason === undefined ? translate('action.done') : translate('action.failed', { reason }));
    setIsRunning(false);
    if (group !== undefined) onDone(group, dateTime().valueOf());
    refreshDashboard(eventBus);
  };
  const silenceMs = Math.max(1, options.silenceMinutes) * 60_000;
  return (
    <div className={styles.buttons}>
      {actionsFor(interval, silenceMs).map((action, i) => (
        <Button
          // One place for an action and its opposite, so that the focus stays.
          key={i === 0 ? 'acknowledge' : 'silence'}
          size="sm"
          variant={action.action === 'ack' ? 'primary' : 'secondary'}
          // Not disabled: a disabled button loses the focus.
          aria-disabled={isRunning}
          onClick={() => {
            if (!isRunning) void run(action);
          }}
        >
          {translate(`action.${action.action}`, { duration: durationText(silenceMs) })}
        </Button>
      ))}
      <span role="status">{status}</span>
    </div>
  );
}
