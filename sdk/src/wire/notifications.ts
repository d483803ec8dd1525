import type { AlertActor, AlertGroup, AlertStoryEntry } from './alerts.ts';
import { isAlertGroup } from './alerts.ts';
import { isRecord } from './check.ts';

/*
 * The durable feed of what chat is to show. One delivery is one thing that a channel has or is to have: a group's card,
 * its story in the thread, its chart, a page. It says what is wanted now, so that changes in between merge and nothing
 * is lost. The bot goes through three steps for each:
 *
 *   1. read   `GET /statbar/v1/notifications?lane=chat&after=CURSOR&wait=30s`
 *   2. begin  `POST /statbar/v1/notifications/begin`: from here on the outcome is unknown until it is told
 *   3. settle `POST /statbar/v1/notifications/settle`: what the platform said, and the ids it gave
 *
 * A bot that starts reads from the beginning (no `after`): everything outstanding comes again. What was begun and never
 * settled comes with `unsure: true`: then the platform must be asked whether it has the message, by `id`, before anything
 * is posted. So no card is lost or doubled, wherever either side crashes.
 */

export type ChatPlatform = 'slack' | 'teams';

/** A place in chat. */
export interface ChatTarget {
  readonly platform: ChatPlatform;
  /** Slack: channel id or name; Teams: conversation id. For a person: an e-mail address or the platform's user id. */
  readonly channel: string;
  /** A direct message instead of a channel. */
  readonly direct: boolean;
}

/** What of a group: its card, the entries for its thread, the chart, a page to the people in `mentions`, a digest. */
export type DeliveryPart = 'card' | 'story' | 'chart' | 'page' | 'digest';

export interface ChatDelivery {
  /** Stable, at most 200 characters of letters, digits, `-`, `_`, `.` and `/`: put it into the message's metadata. */
  readonly id: string;
  /** Position in the feed; a delivery that is wanted anew gets a new one. */
  readonly sequence: number;
  readonly part: DeliveryPart;
  readonly target: ChatTarget;
  /** 0 first: new firing, then resolve, then edit, then chart. */
  readonly priority: 0 | 1 | 2 | 3;
  /** Begun before, outcome not known: ask the platform before posting. */
  readonly unsure: boolean;
  /** Attempts begun so far. */
  readonly attempts: number;
  /** Ids that the platform gave: edit there. Null: nothing is known to have been posted. */
  readonly messageId: string | null;
  /** Of the card, for what goes into its thread; null for the card itself, and while the card has none. */
  readonly threadId: string | null;
  /** It was said with `maybeTwice` that the card is there: whoever edits it is to keep what says so on it. */
  readonly maybeTwice: boolean;
  /** Anything the bot wants back with this delivery, as it gave it with the last settlement. */
  readonly memo: string | null;
  /** As it is now; absent only for a digest. */
  readonly group: AlertGroup | null;
  /** Part `story`: entries that the thread does not have yet, in order. */
  readonly story: readonly AlertStoryEntry[];
  /** Part `page`: whom to mention, as they are known on the platform, else their names. */
  readonly mentions: readonly ChatMention[];
  /** Part `page`: why. */
  readonly text: string;
  /** Part `digest`. */
  readonly digest: AlertDigest | null;
}

export interface ChatMention {
  readonly name: string;
  readonly email: string | null;
  /** Slack member id or Teams id from `alert.users`. */
  readonly platformId: string | null;
}

/** A storm, told as one: groups of one channel since `sinceMs`, in place of a card each. */
export interface AlertDigest {
  readonly sinceMs: number;
  readonly untilMs: number | null;
  readonly groupCount: number;
  readonly firingCount: number;
  readonly resolvedCount: number;
  /** By title, the most frequent first, at most 20. */
  readonly titles: readonly { readonly title: string; readonly count: number; readonly firing: number }[];
  readonly groups: readonly {
    readonly id: string;
    readonly title: string;
    readonly state: string;
    readonly url: string;
  }[];
}

/** `data` of `GET /statbar/v1/notifications`. */
export interface NotificationFeed {
  /** In order of `sequence`; of what is at hand, the lowest `priority` is to be posted first. */
  readonly deliveries: readonly ChatDelivery[];
  /** For `after` of the next call. */
  readonly cursor: string;
}

export interface BeginRequest {
  /** Names the bot's process, for the log. */
  readonly worker: string;
  /** Of deliveries. */
  readonly ids: readonly string[];
}

/** `data` of the answer to `begin`, in the order of the request. */
export interface BeginAnswer {
  readonly results: readonly {
    readonly id: string;
    /** `go`: post `delivery`, which is what is wanted at this moment. `over`: not wanted any more, or another has begun it. */
    readonly verdict: 'go' | 'over';
    readonly delivery: ChatDelivery | null;
  }[];
}

export type DeliveryOutcome =
  /** The platform has it. */
  | {
      readonly outcome: 'sent';
      readonly messageId: string;
      readonly threadId?: string;
      readonly memo?: string;
      /** A card that may be there twice, where the platform cannot be asked. */
      readonly maybeTwice?: boolean;
    }
  /** Certainly not there, try again. Of a delivery that is `unsure` it only says that it could not be found out. */
  | { readonly outcome: 'later'; readonly reason: string; readonly retryAfterMs?: number }
  /** Perhaps there. It comes again with `unsure`. */
  | { readonly outcome: 'unknown'; readonly reason: string; readonly memo?: string }
  /** Will never work as it is. It is tried again when the group changes. */
  | { readonly outcome: 'refused'; readonly reason: string }
  /** The message that was to be edited is gone: it is to be posted anew. */
  | { readonly outcome: 'gone'; readonly reason: string };

export interface SettleRequest {
  readonly worker: string;
  /** `sequence` is that of the delivery that `begin` answered with. */
  readonly results: readonly ({ readonly id: string; readonly sequence: number } & DeliveryOutcome)[];
}

/** What is to be told to a channel besides the routes (`subscribe`). */
export interface ChatSubscription {
  readonly id: string;
  readonly target: ChatTarget;
  /** Matchers in Alertmanager's notation, all must hold: `severity="page"`. Empty: everything. */
  readonly matchers: readonly string[];
  readonly createdBy: AlertActor;
  readonly createdAtMs: number;
}

export interface ChatSubscriptionList {
  readonly subscriptions: readonly ChatSubscription[];
}

export interface SubscribeRequest {
  readonly target: ChatTarget;
  readonly matchers: readonly string[];
  readonly by: AlertActor;
}

export function isNotificationFeed(value: unknown): value is NotificationFeed {
  return (
    isRecord(value) &&
    typeof value['cursor'] === 'string' &&
    Array.isArray(value['deliveries']) &&
    value['deliveries'].every(
      (each) =>
        isRecord(each) &&
        typeof each['id'] === 'string' &&
        typeof each['sequence'] === 'number' &&
        isRecord(each['target']) &&
        (each['group'] === null || isAlertGroup(each['group'])),
    )
  );
}

export function isBeginAnswer(value: unknown): value is BeginAnswer {
  return isRecord(value) && Array.isArray(value['results']);
}
