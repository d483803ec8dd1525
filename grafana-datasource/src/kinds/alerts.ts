import type { DataFrame } from '@grafana/data';
import type { AlertsClient } from '@statbar/sdk/alerts';
import type { AlertGroup } from '@statbar/sdk/wire';
import { alertFrame } from '../frames/alert-frames.ts';
import type { StatBarQuery } from '../model/query.ts';
import { matcherText, parseMatchers } from '../promql/filters.ts';
import { t } from '../texts.ts';
import { type KindContext, withNotices } from './context.ts';

const PAGE_SIZE = 200;
const PAGES_MAX = 10;

/** Every alert that was not quiet within the range, as intervals of one state each. */
export async function answerAlerts(query: StatBarQuery, context: KindContext): Promise<DataFrame[]> {
  const { groups, more } = await groupsOf(query, context);
  const frame = alertFrame(groups, query.refId, context);
  return withNotices(
    [frame],
    more ? [{ severity: 'warning', text: t('frames.more-alerts', { count: PAGE_SIZE * PAGES_MAX }) }] : [],
  );
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
