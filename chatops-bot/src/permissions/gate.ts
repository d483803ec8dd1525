import type { AlertsClient } from '@statbar/sdk/alerts';
import type { Clock, Counters, Logger } from '../base/index.ts';
import type { Admission, Deed, Gate, Person } from '../reply/index.ts';
import type { PermissionsConfig } from './config.ts';

export interface GatePorts {
  readonly alerts: Pick<AlertsClient, 'onCall'>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly counters: Counters;
}

/** A gate that also says which data somebody may see. */
export interface DataGate extends Gate {
  /** Matchers that all of the person's questions get; empty: none. */
  dataOf(person: Person): readonly string[];
}

const words: Readonly<Record<Deed, string>> = {
  query: 'ask questions here',
  ack: 'acknowledge or assign alerts',
  silence: 'silence alerts',
  remediate: 'run or approve actions',
  subscribe: 'subscribe channels',
};
/** Users of the service are asked for again after this. */
const USERS_KEPT_MS = 5 * 60_000;

/** Maps people in chat to principals: by the configuration's list, then by e-mail among the users that are on call. */
export class ConfiguredGate implements DataGate {
  readonly #config: PermissionsConfig;
  readonly #ports: GatePorts;
  #users = new Map<string, string>();
  #usersAtMs = Number.NEGATIVE_INFINITY;

  constructor(config: PermissionsConfig, ports: GatePorts) {
    this.#config = config;
    this.#ports = ports;
  }

  async admit(person: Person, deed: Deed): Promise<Admission> {
    const role = this.#roleOf(person);
    const may = role === undefined ? [] : this.#config.roles[role].may;
    if (role === undefined || !may.includes(deed)) {
      this.#ports.counters.add('statbar_chat_refused_total', deed);
      this.#ports.logger.info('refused', { person: person.id, platform: person.platform, deed });
      return { allowed: false, why: refusal(person, deed, role) };
    }
    const user = await this.#userOf(person);
    return { allowed: true, name: nameOf(person, user), user };
  }

  dataOf(person: Person): readonly string[] {
    const role = this.#roleOf(person);
    return role === undefined ? [] : this.#config.roles[role].data;
  }

  #listed(person: Person): PermissionsConfig['people'][number] | undefined {
    const email = person.email?.toLowerCase() ?? '';
    return (
      this.#config.people.find(
        (each) => each[person.platform] !== '' && each[person.platform] === person.id,
      ) ?? this.#config.people.find((each) => each.email !== '' && each.email.toLowerCase() === email)
    );
  }

  #roleOf(person: Person): string | undefined {
    const listed = this.#listed(person);
    if (listed !== undefined) return listed.role;
    const { default_role: role, email_domains: domains } = this.#config;
    if (role === '') return undefined;
    if (domains.length === 0) return role;
    const domain = person.email?.toLowerCase().split('@').at(-1) ?? '';
    return person.email !== null && domains.some((each) => each.toLowerCase() === domain) ? role : undefined;
  }

  async #userOf(person: Person): Promise<string | null> {
    const listed = this.#listed(person)?.user ?? '';
    if (listed !== '') return listed;
    const { clock } = this.#ports;
    if (clock.monotonicMs() - this.#usersAtMs > USERS_KEPT_MS) await this.#readUsers();
    const email = person.email?.toLowerCase();
    return (
      this.#users.get(`${person.platform} ${person.id}`) ??
      (email === undefined ? null : (this.#users.get(email) ?? null))
    );
  }

  async #readUsers(): Promise<void> {
    this.#usersAtMs = this.#ports.clock.monotonicMs();
    try {
      const { schedules } = await this.#ports.alerts.onCall();
      const users = new Map<string, string>();
      for (const { name, email, slack, teams } of schedules.flatMap(({ now, next }) => [
        ...now,
        ...(next?.users ?? []),
      ])) {
        if (email !== null) users.set(email.toLowerCase(), name);
        if (slack !== null) users.set(`slack ${slack}`, name);
        if (teams !== null) users.set(`teams ${teams}`, name);
      }
      this.#users = users;
    } catch (error) {
      // Who they are is worth less than what they want to do: they are known by their chat name then.
      this.#ports.logger.debug('users are not known', { error: String(error) });
    }
  }
}

/**
 * As alerts and the audit log are to know the person. Somebody whom neither `alert.users` nor an address tells from others of
 * the name is named with the platform's id.
 */
function nameOf({ name, id, email, platform }: Person, user: string | null): string {
  if (name === '') return `${platform === 'teams' ? 'Teams' : 'Slack'} user ${id}`;
  return user === null && email === null && name !== id ? `${name} (${id})` : name;
}

function refusal({ email, id, platform }: Person, deed: Deed, role: string | undefined): string {
  if (role !== undefined) {
    return `Sorry, you may not ${words[deed]}: your role here is "${role}". Whoever runs StatBar can change that under permissions.`;
  }
  const known = email === null ? `${platform} id ${id}, without an e-mail address` : email;
  return `Sorry, I do not know you (${known}), so you may not ${words[deed]}. Whoever runs StatBar can add you under permissions.`;
}
