import type { DataFrame } from '@grafana/data';
import type { AlertsClient } from '@statbar/sdk/alerts';
import { ApiError } from '@statbar/sdk/query';
import type { AlertGroup } from '@statbar/sdk/wire';
import { alertFrame } from '../frames/alert-frames.ts';
import type { SeriesColumns } from '../frames/columns.ts';
import { pendingIntervals } from '../frames/pending-intervals.ts';
import type { StatBarQuery } from '../model/query.ts';
import { promDuration } from '../model/time.ts';
import { matcherText, parseMatchers } from '../promql/filters.ts';
import { t } from '../texts.ts';
import { askRange, type KindContext, withNotices } from './context.ts';
import { selectorText } from './signal.ts';

const PAGE_SIZE = 200;
const PAGES_MAX = 10;

/** Every alert that was not quiet within the range, as intervals of one state each; also those that came to nothing. */
export async function answerAlerts(query: StatBarQuery, context: KindContext): Promise<DataFrame[]> {
  const [{ groups, more }, pending] = await Promise.all([
    groupsOf(query, context),
    pendingSeries(query, context),
  ]);
  const found = pendingIntervals(pending, groups, context).filter(
    ({ interval }) => query.alertState !== 'active' || interval.open,
  );
  const frame = alertFrame(groups, found, query.refId, context);
  return withNotices(
    [frame],
    more ? [{ severity: 'warning', text: t('frames.more-alerts', { count: PAGE_SIZE * PAGES_MAX }) }] : [],
  );
}

/** Longer steps might pass over what was pending in between. */
const PENDING_STEP_MS = 60_000;

/** Of alerts from elsewhere, and of those that resolved, there is none; without it the rest is still true. */
async function pendingSeries(query: StatBarQuery, context: KindContext): Promise<readonly SeriesColumns[]> {
  if (query.alertState === 'resolved') return [];
  const { stepMs } = context;
  const selector = selectorText('ALERTS', [
    { name: 'alertstate', operator: '=', value: 'pending' },
    ...parseMatchers(query.matchers ?? ''),
  ]);
  const expression =
    stepMs <= PENDING_STEP_MS ? selector : `max_over_time(${selector}[${promDuration(stepMs)}])`;
  try {
    return (await askRange(context, expression)).series;
  } catch (error) {
    if (error instanceof ApiError) return [];
    throw error;
  }
}

export async function groupsOf(
  query: Pick<StatBarQuery, 'matchers' | 'alertState'>,
  {
    alerts,
    fromMs,
    toMs,
    signal,
  }: { alerts: AlertsClient; fromMs: number; toMs: number; signal: AbortSignal },
): Promise<{ readonly groups: readonly AlertGroup[]; readonly more: boolean }> {
  const found: AlertGroup[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < PAGES_MAX; page++) {
    const { groups, nextCursor } = await alerts.groups({
      ...{ state: query.alertState ?? 'all', fromMs, toMs, limit: PAGE_SIZE, signal },
      matchers: parseMatchers(query.matchers ?? '').map(matcherText),
      ...(cursor === undefined ? {} : { cursor }),
    });
    found.push(...groups);
    if (nextCursor === null) return { groups: found, more: false };
    cursor = nextCursor;
  }
  return { groups: found, more: true };
}
