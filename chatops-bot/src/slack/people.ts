import type { WebClient } from '@slack/web-api';
import type { Clock } from '../base/index.ts';
import type { Person } from '../reply/index.ts';

const KNOWN_FOR_MS = 10 * 60_000;
const PEOPLE_MAX = 5000;

/** Who people are: name, e-mail address and time zone as Slack has them, remembered for a while. */
export class People {
  readonly #client: WebClient;
  readonly #clock: Clock;
  readonly #known = new Map<string, { readonly person: Person; readonly atMs: number }>();

  constructor(client: WebClient, clock: Clock) {
    this.#client = client;
    this.#clock = clock;
  }

  /** Without Slack's answer only the id is known: then nothing that needs a known person is allowed. */
  async get(id: string): Promise<Person> {
    const nowMs = this.#clock.monotonicMs();
    const known = this.#known.get(id);
    if (known !== undefined && nowMs - known.atMs < KNOWN_FOR_MS) return known.person;
    try {
      const { user } = await this.#client.users.info({ user: id });
      const person: Person = {
        platform: 'slack',
        id,
        name: user?.profile?.display_name || user?.real_name || user?.name || id,
        // Of guests from other workspaces Slack vouches for nothing.
        email: user?.is_stranger === true ? null : (user?.profile?.email ?? null),
        timeZone: user?.tz ?? null,
      };
      if (this.#known.size >= PEOPLE_MAX) this.#known.clear();
      this.#known.set(id, { person, atMs: nowMs });
      return person;
    } catch {
      return known?.person ?? { platform: 'slack', id, name: id, email: null, timeZone: null };
    }
  }
}
