import type { Card, Dialog, Press, Reply } from './types.ts';

/*
 * The two sides of a chat platform. `ChatPlatform` is what the bot does there; `ChatHandlers` is what people do there,
 * and the same for every platform.
 */

export type PlatformName = 'slack' | 'teams';

/** A channel, a chat, or a person's direct messages. */
export interface Place {
  readonly platform: PlatformName;
  /** Slack: channel id or name; Teams: conversation id. With `direct`: the platform's user id, or an e-mail address. */
  readonly channel: string;
  readonly direct: boolean;
}

/** Somebody in chat. */
export interface Person {
  readonly platform: PlatformName;
  /** Slack user id; Teams: Entra object id, else the channel account's id. */
  readonly id: string;
  readonly name: string;
  /** As the platform vouches for it; null when it does not say. */
  readonly email: string | null;
  /** IANA name; null when it is not known. */
  readonly timeZone: string | null;
}

/** A message to be posted. */
export interface OutgoingMessage {
  /** Of the delivery: travels with the message, so that it can be found again. Empty: it is never looked for. */
  readonly deliveryId: string;
  /** Counts what was said under the same id: the last entry of a story. */
  readonly part: number;
  readonly card: Card;
}

export interface OutgoingPicture {
  readonly deliveryId: string;
  /** As for messages. */
  readonly part: number;
  readonly fileName: string;
  readonly png: Uint8Array;
  readonly title: string;
  readonly alt: string;
}

export type PostOutcome =
  | { readonly outcome: 'sent'; readonly messageId: string; readonly maybeTwice?: boolean }
  /** Certainly not there; worth trying again. */
  | { readonly outcome: 'later'; readonly reason: string; readonly retryAfterMs?: number }
  /** Perhaps there. */
  | { readonly outcome: 'unknown'; readonly reason: string }
  /** Will never work as it is. */
  | { readonly outcome: 'refused'; readonly reason: string }
  /** The message to edit, or the thread to post in, does not exist any more. */
  | { readonly outcome: 'gone'; readonly reason: string };

export type FindOutcome =
  /** `parts`: those that were found under the id, rising, each with its message. */
  | { readonly found: readonly { readonly part: number; readonly messageId: string }[] }
  /** It could not be found out. */
  | { readonly outcome: 'later'; readonly reason: string; readonly retryAfterMs?: number }
  /** This platform cannot be asked. */
  | { readonly outcome: 'unable' };

/** What the bot does on a platform. One call is one attempt: nothing is retried behind it. */
export interface ChatPlatform {
  readonly name: PlatformName;
  /** Messages in one place go at most so fast. */
  readonly rate: { readonly burst: number; readonly perSecond: number };
  post(place: Place, message: OutgoingMessage): Promise<PostOutcome>;
  edit(place: Place, messageId: string, message: OutgoingMessage): Promise<PostOutcome>;
  postInThread(place: Place, threadId: string, message: OutgoingMessage): Promise<PostOutcome>;
  /** `unable`: pictures are part of the card there. */
  uploadChart(place: Place, threadId: string, picture: OutgoingPicture): Promise<PostOutcome | 'unable'>;
  /** Only this person sees it. */
  ephemeral(place: Place, threadId: string | null, person: Person, card: Card): Promise<PostOutcome>;
  /** Looks for what was posted under a delivery's id: in the channel, or in the thread. `sinceMs`: not before this. */
  find(place: Place, threadId: string | null, deliveryId: string, sinceMs: number): Promise<FindOutcome>;
  start(handlers: ChatHandlers): Promise<void>;
  stop(): Promise<void>;
}

/** Where somebody said something. */
export interface Conversation {
  readonly place: Place;
  readonly threadId: string | null;
  /** The alert group whose thread this is, when it is known. */
  readonly groupId: string | null;
}

/** Something was said to the bot: a slash command, a mention, a direct message. */
export interface Question {
  /** Of this message, however often it is delivered. */
  readonly id: string;
  readonly person: Person;
  readonly conversation: Conversation;
  /** Without the command's name and without the mention. */
  readonly text: string;
}

export interface Pressed {
  /** Of this click, however often it is delivered. */
  readonly id: string;
  readonly person: Person;
  readonly conversation: Conversation;
  readonly press: Press;
  /** Of a dialog that was sent. */
  readonly fields: Readonly<Record<string, string>>;
}

export type PressAnswer =
  /** The card itself shows it. */
  | { readonly kind: 'done' }
  | { readonly kind: 'reply'; readonly reply: Reply }
  | { readonly kind: 'dialog'; readonly dialog: Dialog };

/** What becomes of a link. */
export type Unfurled =
  | { readonly kind: 'card'; readonly card: Card }
  /** To be told to the person only: a sentence. */
  | { readonly kind: 'refused'; readonly why: string }
  /** It stays a link. */
  | { readonly kind: 'none' };

/** What people do. Never rejects: what goes wrong is a polite reply. */
export interface ChatHandlers {
  ask(question: Question): Promise<Reply>;
  /** Must settle at once for verbs that open dialogs. */
  press(pressed: Pressed): Promise<PressAnswer>;
  /** For a link that somebody posted. Everybody who sees the link sees the card. */
  unfurl(url: string, person: Person): Promise<Unfurled>;
  /** Slack's App Home, the personal tab: my alerts, my on-call. */
  home(person: Person): Promise<Card>;
}

/** What somebody may want to do. `query` also covers everything that only reads. */
export type Deed = 'query' | 'ack' | 'silence' | 'remediate' | 'subscribe';

/** Decides who may do what. */
export interface Gate {
  /** A principal, or why not: a sentence for the person. */
  admit(person: Person, deed: Deed): Promise<Admission>;
}

export type Admission =
  | {
      readonly allowed: true;
      /** As alerts and the audit log are to know the person: `AlertActor.name` and `.user`. */
      readonly name: string;
      readonly user: string | null;
    }
  | { readonly allowed: false; readonly why: string };
