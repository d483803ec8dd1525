import type { AlertsClient } from '@statbar/sdk/alerts';
import { type CardOptions, groupCard, noDetails } from '../card/index.ts';
import type { Card } from '../reply/index.ts';

/** Id of the alert group that a link of the service's own pages leads to. */
export function groupIdOf(url: string): string | undefined {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  return /\/alerts?\/([a-z0-9-]{1,120})\/?$/.exec(parsed?.pathname ?? '')?.[1];
}

/** The card of a link to an alert, as it is now; undefined: the link is none of those. */
export async function unfurlCard(
  alerts: Pick<AlertsClient, 'group'>,
  url: string,
  options: CardOptions,
): Promise<Card | undefined> {
  const id = groupIdOf(url);
  return id === undefined ? undefined : groupCard(await alerts.group(id), noDetails, options);
}
