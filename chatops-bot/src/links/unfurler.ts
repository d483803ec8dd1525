import type { AlertsClient } from '@statbar/sdk/alerts';
import type { QueryClient } from '@statbar/sdk/query';
import type { AlertGroup, Episode } from '@statbar/sdk/wire';
import type { Clock, Counters, Logger } from '../base/index.ts';
import { type CardOptions, groupCard, noDetails } from '../card/index.ts';
import type { Show } from '../commands/index.ts';
import type { DetailSource } from '../deliver/index.ts';
import { type DataGate, notYours, seesGroup } from '../permissions/index.ts';
import type { Card, Chart, Person, Unfurled } from '../reply/index.ts';
import { isTimeZone, type Now, type Plan } from '../words/index.ts';
import type { LinksConfig } from './config.ts';
import { dashboardCard, titleOfSlug } from './dashboard-card.ts';
import { type DashboardLink, type LinkSpan, type QueryLink, readLink } from './read-link.ts';
import { filledIn, intervalsOf, isElsewhere, isShown } from './variables.ts';

export interface UnfurlPorts {
  readonly alerts: Pick<AlertsClient, 'group' | 'groups'>;
  readonly query: Pick<QueryClient, 'episodes'>;
  readonly gate: DataGate;
  readonly show: Show;
  readonly details: DetailSource;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly counters: Counters;
}

export interface UnfurlOptions {
  readonly links: LinksConfig;
  readonly card: CardOptions;
  /** Of people whose zone the platform does not tell. */
  readonly timeZone: string;
  /** A card that takes longer comes without what is missing, or not at all: Teams waits 15 s, people less. */
  readonly timeoutMs: number;
}

const GROUPS_ASKED = 200;
const EPISODES_ASKED = 100;
/** A range that ends so lately ends now. */
const LIVE_MS = 5 * 60_000;
const HOUR_MS = 3_600_000;
const none: Unfurled = { kind: 'none' };

/** Makes cards of links: to alerts, to queries, and to dashboards. Who posted the link may see what is on the card. */
export class Unfurler {
  readonly #ports: UnfurlPorts;
  readonly #options: UnfurlOptions;

  constructor(ports: UnfurlPorts, options: UnfurlOptions) {
    this.#ports = ports;
    this.#options = options;
  }

  /** Never rejects: when something goes wrong the link stays a link. */
  async unfurl(url: string, person: Person): Promise<Unfurled> {
    const { gate, clock, logger, counters } = this.#ports;
    const zone = person.timeZone;
    const now: Now = {
      nowMs: clock.nowMs(),
      timeZone: zone !== null && isTimeZone(zone) ? zone : this.#options.timeZone,
    };
    const link = readLink(url, this.#options.links.dashboards, now);
    if (link === undefined) return none;
    try {
      const admission = await gate.admit(person, 'query');
      if (!admission.allowed) return { kind: 'refused', why: admission.why };
      counters.add('statbar_chat_links_total', link.kind);
      if (link.kind === 'alert') return await this.#alert(link.id, person);
      return link.kind === 'query' ? await this.#query(link, person) : await this.#dashboard(link, person);
    } catch (error) {
      counters.add('statbar_chat_links_failed_total', link.kind);
      logger.debug('a link stays a link', { error: String(error) });
      return none;
    }
  }

  async #alert(id: string, person: Person): Promise<Unfurled> {
    const { alerts, gate, details } = this.#ports;
    const data = gate.dataOf(person);
    const group = await alerts.group(id);
    if (!seesGroup(group, data)) return { kind: 'refused', why: notYours };
    // Charts and explanations are of the whole expression, not only of what somebody may see.
    const found = data.length > 0 ? noDetails : await details.find(group);
    return { kind: 'card', card: groupCard(group, found, this.#options.card) };
  }

  async #query({ expression, span }: QueryLink, person: Person): Promise<Unfurled> {
    const shown = await this.#show(person, expression, span, expression);
    if (shown.kind === 'refused') return { kind: 'refused', why: notYours };
    return shown.kind === 'reply' ? { kind: 'card', card: shown.reply.card } : none;
  }

  async #dashboard(link: DashboardLink, person: Person): Promise<Unfurled> {
    const { links } = this.#options;
    const panel = links.panels.find(
      ({ dashboard, panel: id }) => dashboard === link.uid && id === link.panel,
    );
    const title = links.titles[link.uid] ?? (titleOfSlug(link.slug) || link.uid);
    const [alerts, anomalies, chart] = await Promise.all([
      this.#unlessItFails(() => this.#alertsOf(link, person)),
      this.#unlessItFails(() => this.#anomaliesOf(link, person)),
      panel === undefined
        ? null
        : this.#unlessItFails(() => this.#chartOf(link, panel.query, panel.title || title, person)),
    ]);
    const findings = { title, panel: panel?.title ?? '', alerts, anomalies, chart };
    return { kind: 'card', card: dashboardCard(link, findings) };
  }

  /** Those whose labels are among what is chosen, and those that link to the dashboard themselves. */
  async #alertsOf({ uid, variables, span }: DashboardLink, person: Person): Promise<AlertGroup[]> {
    const { alerts, gate } = this.#ports;
    const data = gate.dataOf(person);
    const { groups } = await alerts.groups({
      ...(span === undefined || this.#isLive(span) ? { state: 'active' } : { state: 'all', ...span }),
      matchers: [...data],
      limit: GROUPS_ASKED,
      signal: AbortSignal.timeout(this.#options.timeoutMs),
    });
    return groups.filter((group) => {
      if (!seesGroup(group, data)) return false;
      const { members, links } = group;
      if (members.some(({ labels }) => isShown(labels, variables))) return true;
      const isLinked = links.some(({ url }) => `${url}/`.split(/[/?#]/).includes(uid));
      return isLinked && !members.every(({ labels }) => isElsewhere(labels, variables));
    });
  }

  async #anomaliesOf({ variables, span }: DashboardLink, person: Person): Promise<Episode[]> {
    const { query, gate } = this.#ports;
    const data = gate.dataOf(person);
    const { episodes } = await query.episodes({
      ...(span === undefined || this.#isLive(span) ? { active: true } : span),
      ...(data.length === 0 ? {} : { match: [`{${data.join(',')}}`] }),
      limit: EPISODES_ASKED,
      signal: AbortSignal.timeout(this.#options.timeoutMs),
    });
    return episodes.filter(({ labels }) => isShown(labels, variables)).toSorted((a, b) => b.score - a.score);
  }

  async #chartOf(
    { span, variables }: DashboardLink,
    query: string,
    title: string,
    person: Person,
  ): Promise<Chart | null> {
    const nowMs = this.#ports.clock.nowMs();
    const drawn = span ?? { fromMs: nowMs - HOUR_MS, toMs: nowMs };
    const expression = filledIn(query, variables, intervalsOf(drawn.toMs - drawn.fromMs));
    if (expression === undefined) return null;
    const shown = await this.#show(person, expression, drawn, title);
    return shown.kind === 'reply' ? chartOn(shown.reply.card) : null;
  }

  #show(person: Person, expression: string, { fromMs, toMs }: LinkSpan, title: string) {
    const plan: Plan = {
      expression,
      offsetMs: null,
      fromMs,
      toMs: Math.max(fromMs + 1000, Math.min(toMs, this.#ports.clock.nowMs())),
      instant: false,
      metric: '',
      unexplained: [],
    };
    const signal = AbortSignal.timeout(this.#options.timeoutMs);
    return this.#ports.show({ person, plan, title, signal });
  }

  #isLive({ toMs }: LinkSpan): boolean {
    return toMs > this.#ports.clock.nowMs() - LIVE_MS;
  }

  async #unlessItFails<T>(ask: () => Promise<T>): Promise<T | null> {
    try {
      return await ask();
    } catch (error) {
      this.#ports.logger.debug('a part of a card is left out', { error: String(error) });
      return null;
    }
  }
}

function chartOn({ blocks }: Card): Chart | null {
  return blocks.flatMap((block) => (block.kind === 'chart' ? [block.chart] : []))[0] ?? null;
}
