import type { AlertsClient } from '@statbar/sdk/alerts';
import type { AlertGroup, ChatDelivery } from '@statbar/sdk/wire';
import type { Clock, Counters, Logger } from '../base/index.ts';
import type { CardOptions, Details } from '../card/index.ts';
import type { ChartTheme, Paint } from '../chart/index.ts';
import type { ChatPlatform, PlatformName } from '../reply/index.ts';

export interface DeliverOptions {
  /** Names this process, for the service's log. */
  readonly worker: string;
  readonly card: CardOptions;
  readonly chartTheme: ChartTheme;
  /** Deliveries under way at the same time, over all places. */
  readonly concurrencyMax: number;
  /** How long the feed is asked to wait for something to come. */
  readonly feedWaitMs: number;
  /** Deliveries that may wait here; what is over that stays with the service until there is room. */
  readonly queueMax: number;
  /** So long after an attempt without an answer the platform is taken to know whether it has the message. */
  readonly doubtMs: number;
}

export const defaultDeliverOptions: Omit<DeliverOptions, 'worker' | 'card'> = {
  chartTheme: 'light',
  concurrencyMax: 16,
  feedWaitMs: 25_000,
  queueMax: 5000,
  doubtMs: 3000,
};

/** Details of a group: what is known at once, and what can be found out. */
export interface DetailSource {
  /** What was found out before; undefined: nothing. */
  known(groupId: string): Details | undefined;
  /** Asks, unless that was done just now; what cannot be found out is left out. Never rejects. */
  find(group: AlertGroup): Promise<Details>;
}

export interface DeliverPorts {
  readonly feed: Pick<AlertsClient, 'feed' | 'begin' | 'settle'>;
  readonly platforms: ReadonlyMap<PlatformName, ChatPlatform>;
  readonly details: DetailSource;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly counters: Counters;
  readonly paint: Paint;
}

export type Delivery = ChatDelivery;
