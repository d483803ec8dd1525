import type { Counters } from '../base/index.ts';
import { Seen } from '../state/index.ts';
import type { Connectors } from './connectors.ts';
import type { Incoming } from './inbound.ts';
import type { TeamsNotes } from './notes.ts';
import { Recent } from './recent.ts';

export interface ArrivalPorts {
  readonly connectors: Connectors;
  readonly notes: TeamsNotes;
  readonly counters: Counters;
  readonly tenantId: string;
}

/** What an activity is to the bot. `repeated`: what came of the first, unless that was before a restart. */
export type Arrival<T> =
  | { readonly kind: 'new'; readonly done: Promise<T> }
  | { readonly kind: 'repeated'; readonly first: Promise<unknown> | undefined }
  | { readonly kind: 'foreign' };

/** Lets in what is of our tenant and was not here before; learns which connector it came from. */
export class Arrivals {
  readonly #ports: ArrivalPorts;
  readonly #seen: Seen;
  readonly #answers = new Recent<Promise<unknown>>(1000);

  constructor(ports: ArrivalPorts) {
    this.#ports = ports;
    this.#seen = new Seen(ports.notes);
  }

  /** False: of another tenant, and counted. */
  isOurs({ conversation, from, serviceUrl }: Incoming): boolean {
    const { counters, connectors, tenantId } = this.#ports;
    const { id, tenantId: tenant } = conversation;
    if (tenant !== undefined && tenant !== tenantId) {
      counters.add('statbar_chat_events_refused_total', 'teams_tenant');
      return false;
    }
    connectors.learn(id.split(';messageid=')[0], from.id, serviceUrl);
    return true;
  }

  once<T>(activity: Incoming, handle: () => Promise<T>): Arrival<T> {
    if (!this.isOurs(activity)) return { kind: 'foreign' };
    const key = `${activity.conversation.id} ${activity.from.id} ${activity.id}`;
    if (!this.#seen.add(key)) {
      this.#ports.counters.add('statbar_chat_events_repeated_total', 'teams');
      return { kind: 'repeated', first: this.#answers.get(key) };
    }
    const done = handle();
    this.#answers.set(key, done);
    return { kind: 'new', done };
  }
}
