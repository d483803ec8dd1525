import { type Field, textUtil } from '@grafana/data';
import { TextLink, usePanelContext, useStyles2 } from '@grafana/ui';
import type { ReactElement } from 'react';
import { CardFooter } from '../../shared/src/CardFooter.tsx';
import { actionsOf, linksOf } from '../../shared/src/links-and-actions.ts';
import { refreshDashboard } from '../../shared/src/refresh.ts';
import { alertLines } from './alert-lines.ts';
import type { Interval } from './alerts.ts';
import { CardActions } from './CardActions.tsx';
import { cardStyles } from './card-styles.ts';
import { spanText } from './durations.ts';
import { openOf } from './hit-test.ts';
import type { Lane } from './prepare.ts';
import type { TimelineProps } from './Timeline.tsx';
import { translate } from './texts.ts';

export interface AlertCardProps {
  readonly timeline: TimelineProps;
  readonly lane: Lane;
  readonly intervals: readonly Interval[];
  readonly isPinned: boolean;
}

const listedMax = 4;

/** What a tooltip says of the alerts at a place; pinned with their runbook, and what the viewer may do. */
export function AlertCard({ timeline, lane, intervals, isPinned }: AlertCardProps): ReactElement {
  const styles = useStyles2(cardStyles);
  const listed = intervals.slice(0, listedMax);
  return (
    <>
      {listed.map((interval) => (
        <AlertPart
          // Not the state: what an action says stays when the state changes.
          key={`${interval.fingerprint} ${interval.group}`}
          {...{ timeline, lane, interval, isPinned }}
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
  readonly lane: Lane;
  readonly interval: Interval;
  readonly isPinned: boolean;
}

function AlertPart({ timeline, lane, interval, isPinned }: PartProps): ReactElement {
  const styles = useStyles2(cardStyles);
  const { looks, timeZone } = timeline;
  const look = looks[interval.state];
  const now = openOf(lane, interval);
  return (
    <section className={styles.part}>
      <div className={styles.head}>
        <span className={styles.swatch} style={{ background: look.colour }} />
        <strong>{interval.name}</strong> {look.text}
      </div>
      <div className={styles.quiet}>{spanText(interval.startMs, interval.endMs, timeZone)}</div>
      {now !== undefined && now !== interval && (
        <div className={styles.head}>
          <span className={styles.swatch} style={{ background: looks[now.state].colour }} />
          {translate('card.now', { state: looks[now.state].text })}
        </div>
      )}
      {interval.summary !== '' && <div className={styles.text}>{interval.summary}</div>}
      <dl className={styles.lines}>
        {alertLines(interval).map(({ name, text, colour }) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              {colour !== undefined && <Dot colour={colour} />}
              {text}
            </dd>
          </div>
        ))}
      </dl>
      {isPinned && <Links interval={interval} />}
      {isPinned && now !== undefined && <CardActions timeline={timeline} interval={now} />}
      {isPinned && <Footer timeline={timeline} interval={interval} />}
    </section>
  );
}

function Dot({ colour }: { readonly colour: string }): ReactElement {
  const style = { display: 'inline-block', width: 8, height: 8, marginRight: 6, borderRadius: '50%' };
  return <span style={{ ...style, background: colour }} />;
}

function Links({ interval }: { readonly interval: Interval }): ReactElement | null {
  const styles = useStyles2(cardStyles);
  const links = [
    ['card.runbook', interval.runbook],
    ['card.alert', interval.url],
  ].filter(([, url]) => url !== '');
  if (links.length === 0) return null;
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

/** The card has a link to the runbook and to the alert of its own: the data source's, to the same, need not be there twice. */
function isShown({ name, config }: Field): boolean {
  const isOwn = name === 'runbook' || name === 'url';
  return isOwn && config.links?.every(({ url }) => url === '${__value.raw}') === true;
}

/**
 * Links and actions of the field configuration, and filters by the alert's labels. What is configured for all fields
 * is there once, for the value.
 */
function Footer({ timeline, interval }: Omit<PartProps, 'isPinned' | 'lane'>): ReactElement | null {
  const { onAddAdHocFilter, canExecuteActions } = usePanelContext();
  const { replaceVariables, eventBus } = timeline;
  const { frame, row } = interval.source;
  const byMeaning = [...frame.fields].sort((a, b) => meaningOf(a) - meaningOf(b));
  const values = byMeaning.filter((field) => !isShown(field)).map((field) => ({ field, index: row }));
  const links = firstOfTitle(linksOf(values, replaceVariables));
  const mayAct = canExecuteActions?.() === true;
  const confirm = (title: string): string => translate('action.confirm', { title });
  const actions = firstOfTitle(
    (mayAct ? values : []).flatMap((value) =>
      actionsOf(value, replaceVariables, confirm, () => refreshDashboard(eventBus)),
    ),
  );
  const filters =
    onAddAdHocFilter === undefined
      ? []
      : Object.entries(interval.labels).map(([key, value]) => ({
          ...{ key, value, operator: '=' as const },
          onClick: () => onAddAdHocFilter({ key, operator: '=', value }),
        }));
  if (links.length + actions.length + filters.length === 0) return null;
  return <CardFooter dataLinks={links} actions={actions} adHocFilters={filters} />;
}

/** The fields that a link for all fields is most likely about, first. */
function meaningOf({ name }: Field): number {
  const at = ['value', 'alertname'].indexOf(name);
  return at < 0 ? 2 : at;
}

function firstOfTitle<Item extends { readonly title: string }>(items: readonly Item[]): Item[] {
  return [...new Map(items.toReversed().map((item) => [item.title, item])).values()].reverse();
}
