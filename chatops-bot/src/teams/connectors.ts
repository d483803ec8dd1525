import type { App } from '@microsoft/teams.apps';
import type { TeamsNotes } from './notes.ts';
import { Recent } from './recent.ts';

type ConnectorApi = App['api'];

/**
 * Which connector serves whom. Teams has one for each region, and each activity says which: that one is used for everything
 * in its conversation from then on, and kept over restarts. The configured one is for those that nothing came from yet.
 */
export class Connectors {
  readonly #app: App;
  readonly #notes: TeamsNotes;
  readonly #configured: string;
  readonly #apis = new Recent<ConnectorApi>(20);

  constructor(app: App, notes: TeamsNotes, configured: string) {
    this.#app = app;
    this.#notes = notes;
    this.#configured = withoutSlash(configured);
  }

  /** From an activity, whose token vouches for the address. */
  learn(conversation: string, userId: string | undefined, serviceUrl: string | undefined): void {
    if (serviceUrl === undefined || !this.#isUsable(serviceUrl)) return;
    const url = withoutSlash(serviceUrl);
    this.#notes.set('services', conversation, url);
    if (userId !== undefined) this.#notes.set('services', userId, url);
  }

  ofConversation(conversation: string): ConnectorApi {
    return this.#api(this.#notes.get('services', conversation));
  }

  /** For beginning a chat with somebody. */
  ofPerson(userId: string): ConnectorApi {
    return this.#api(this.#notes.get('services', userId));
  }

  #api(known: string | undefined): ConnectorApi {
    const url = known ?? this.#configured;
    const api = this.#apis.get(url) ?? this.#app.api.clone({ serviceUrl: url });
    this.#apis.set(url, api);
    return api;
  }

  /** The bot's own token goes there: nothing that is not encrypted, but what the configuration names. */
  #isUsable(url: string): boolean {
    if (!URL.canParse(url)) return false;
    const { protocol, origin } = new URL(url);
    return protocol === 'https:' || origin === new URL(this.#configured).origin;
  }
}

function withoutSlash(url: string): string {
  return url.replace(/\/+$/, '');
}
