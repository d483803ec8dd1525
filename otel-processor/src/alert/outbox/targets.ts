import { createHash } from 'node:crypto';
import type { ChatTarget } from '@statbar/sdk/wire';
import type { LabelRecord, Matcher } from '../../model/index.ts';
import { matchesAll } from '../matchers.ts';
import { CHAT_LANE, chatTraits } from '../receivers/chat.ts';
import { createReceivers, type ReceiverConfig } from '../receivers/kinds.ts';
import type { Receiver, ReceiverTraits } from '../types.ts';

/** One place that something is told to. */
export interface Target {
  /** Part of the ids of its entries: who it is, not where in the configuration it stands. */
  readonly key: string;
  /** For people: the receiver's name, and its kind with its name or its position. */
  readonly title: string;
  readonly traits: ReceiverTraits;
  /** Undefined for chat: the bot takes it from the feed. */
  readonly receiver: Receiver | undefined;
  readonly chat: ChatTarget | undefined;
}

/** Targets by key, and which of them belong to a receiver of the configuration. */
export class Targets {
  /** Those of the configuration, and those that were in it or subscribed: groups that are open are told to the end. */
  readonly #byKey = new Map<string, Target>();
  #byReceiver: ReadonlyMap<string, readonly Target[]> = new Map();
  /** By the receiver's name with kind and position, or kind and name, as the configuration now is. */
  #byPlace: ReadonlyMap<string, Target> = new Map();
  readonly #subscriptions = new Map<
    string,
    { readonly target: Target; readonly matchers: readonly Matcher[] }
  >();

  constructor(configs: readonly ReceiverConfig[]) {
    this.replace(configs);
  }

  /** Takes other receivers; the keys of targets that were in the configuration and are not any more. */
  replace(configs: readonly ReceiverConfig[]): readonly string[] {
    const before = this.#byReceiver;
    const byReceiver = new Map<string, readonly Target[]>();
    const byPlace = new Map<string, Target>();
    for (const config of configs) {
      const targets = config.chat.map(({ platform, channel }) =>
        chatTarget({ platform, channel, direct: false }),
      );
      for (const { receiver, key, position, named } of createReceivers(config)) {
        const title = `${config.name}.${named ?? position}`;
        const { traits } = receiver;
        const target = { key: `${config.name}.${key}`, title, traits, receiver, chat: undefined };
        targets.push(target);
        for (const place of [position, named]) {
          if (place !== undefined) byPlace.set(`${config.name}.${place}`, target);
        }
      }
      byReceiver.set(config.name, targets);
      for (const target of targets) this.#byKey.set(target.key, target);
    }
    this.#byReceiver = byReceiver;
    this.#byPlace = byPlace;
    const keysOf = (receivers: ReadonlyMap<string, readonly Target[]>): string[] =>
      [...receivers.values()].flat().map(({ key }) => key);
    const kept = new Set(keysOf(byReceiver));
    return [...new Set(keysOf(before))].filter((key) => !kept.has(key));
  }

  of(receiver: string): readonly Target[] {
    return this.#byReceiver.get(receiver) ?? [];
  }

  get(key: string): Target | undefined {
    return this.#byKey.get(key);
  }

  /** What stands there in the configuration: `RECEIVER.KIND-POSITION`, or `RECEIVER.KIND-NAME`. */
  at(place: string): Target | undefined {
    return this.#byPlace.get(place);
  }

  /** Channels that asked for these alerts besides those that get them anyway. */
  subscribed(labels: readonly LabelRecord[], except: ReadonlySet<string>): readonly Target[] {
    const found: Target[] = [];
    for (const { target, matchers } of this.#subscriptions.values()) {
      if (except.has(target.key) || found.some(({ key }) => key === target.key)) continue;
      if (labels.some((each) => matchesAll(matchers, each))) found.push(target);
    }
    return found;
  }

  subscribe(id: string, chat: ChatTarget, matchers: readonly Matcher[]): void {
    const target = chatTarget(chat);
    this.#subscriptions.set(id, { target, matchers });
    // Kept when the subscription ends: groups that are open are still told.
    if (!this.#byKey.has(target.key)) this.#byKey.set(target.key, target);
  }

  unsubscribe(id: string): void {
    this.#subscriptions.delete(id);
  }

  get receiverNames(): readonly string[] {
    return [...this.#byReceiver.keys()];
  }
}

export function chatTarget(chat: ChatTarget): Target {
  const text = `${chat.platform} ${chat.direct} ${chat.channel}`;
  const key = `c-${createHash('sha256').update(text).digest('hex').slice(0, 12)}`;
  return { key, title: key, traits: { ...chatTraits, lane: CHAT_LANE }, receiver: undefined, chat };
}
