import { type Fault, isFault, permanent } from '../../base/index.ts';
import type { LabelRecord, Matcher } from '../../model/index.ts';
import type { RouteConfig } from '../config.ts';
import type { AuditFrom } from '../desk/audit-log.ts';
import type { AlertDocument, SilenceDocument } from '../desk/docs.ts';
import { type SilenceRequest, silenceState } from '../desk/silence-desk.ts';
import type { AlertEngine } from '../engine.ts';
import { matchesAll } from '../matchers.ts';
import { type IncomingTimes, readPostedAlerts, readWebhookAlerts } from './incoming.ts';

/** What `GET /api/v2/alerts` can be narrowed by. */
export interface AlertFilter {
  readonly active: boolean;
  readonly silenced: boolean;
  readonly inhibited: boolean;
  readonly muted: boolean;
  readonly unprocessed: boolean;
  readonly matchers: readonly Matcher[];
  /** Of names of receivers. */
  readonly receiver: Matcher | undefined;
}

/** The API of Alertmanager, version 2, as data (alertmanager, api/v2/openapi.yaml). */
export class AlertmanagerDoors {
  readonly #engine: AlertEngine;

  constructor(engine: AlertEngine) {
    this.#engine = engine;
  }

  alerts(filter: AlertFilter): readonly unknown[] {
    const found: unknown[] = [];
    for (const alert of this.#engine.tables.alerts.values()) {
      if (alert.state !== 'firing' || !matchesAll(filter.matchers, alert.labels)) continue;
      const json = this.#alertJson(alert);
      if (!isWanted(json, filter)) continue;
      found.push(json);
    }
    return found;
  }

  groups(filter: AlertFilter): readonly unknown[] {
    const { desk, tables } = this.#engine;
    return [...tables.groups.values()].flatMap((group) => {
      if (group.state === 'resolved') return [];
      if (filter.receiver !== undefined && !filter.receiver.matches(group.receiver)) return [];
      const alerts = desk.groups.stepper
        .membersOf(group)
        .filter((alert) => alert.state === 'firing' && matchesAll(filter.matchers, alert.labels))
        .map((alert) => this.#alertJson(alert))
        .filter((json) => isWanted(json, { ...filter, receiver: undefined }));
      if (alerts.length === 0) return [];
      return [{ labels: group.labels, receiver: { name: group.receiver }, alerts }];
    });
  }

  /** Alerts of Prometheus and others, in Alertmanager's shape or in that of its and Grafana's webhooks. */
  async post(body: unknown, shape: 'alerts' | 'webhook', principal: string): Promise<Fault | undefined> {
    const { desk } = this.#engine;
    const { resolve_timeout, webhook_resolve_timeout } = this.#engine.desk.context.config;
    const nowMs = desk.context.ports.clock.nowMs();
    const times: IncomingTimes = {
      nowMs,
      resolveTimeoutMs: shape === 'alerts' ? resolve_timeout : webhook_resolve_timeout,
    };
    const alerts = shape === 'alerts' ? readPostedAlerts(body, times) : readWebhookAlerts(body, times);
    if (typeof alerts === 'string') return permanent('invalid', alerts);
    return desk.observe(`api:${principal}`, alerts);
  }

  silences(matchers: readonly Matcher[]): readonly unknown[] {
    const nowMs = this.#engine.desk.context.ports.clock.nowMs();
    const order = { active: 0, pending: 1, expired: 2 };
    return this.#engine.desk.silences
      .list()
      .filter((silence) => {
        const labels: Record<string, string> = {};
        for (const { name, value } of silence.matchers) labels[name] = value;
        return matchesAll(matchers, labels);
      })
      .sort(
        (a, b) => order[silenceState(a, nowMs)] - order[silenceState(b, nowMs)] || a.endsAtMs - b.endsAtMs,
      )
      .map((silence) => silenceJson(silence, nowMs));
  }

  silence(id: string): unknown | undefined {
    const silence = this.#engine.desk.silences.get(id);
    return silence === undefined
      ? undefined
      : silenceJson(silence, this.#engine.desk.context.ports.clock.nowMs());
  }

  /** The id of the silence. */
  async putSilence(request: SilenceRequest, from: AuditFrom): Promise<string | Fault> {
    const { desk, tables } = this.#engine;
    const by = { name: request.createdBy, user: null, via: 'api' } as const;
    const silence = desk.silences.put(request, by, from, desk.context.ports.clock.nowMs());
    if (isFault(silence)) return silence;
    desk.settle();
    return (await tables.durable()) ?? silence.id;
  }

  async expireSilence(id: string, from: AuditFrom): Promise<Fault | undefined> {
    const { desk, tables } = this.#engine;
    const by = { name: from.principal, user: null, via: 'api' } as const;
    const silence = desk.silences.expire(id, by, from, desk.context.ports.clock.nowMs());
    if (isFault(silence)) return silence;
    desk.settle();
    return tables.durable();
  }

  receivers(): readonly unknown[] {
    return this.#engine.desk.context.targets.receiverNames.map((name) => ({ name }));
  }

  /** The routing as Alertmanager would have it, for `amtool config routes`. */
  configText(): string {
    const { route, receivers, inhibit_rules, mute_timings } = this.#engine.desk.context.config;
    const names = receivers.map(({ name }) => ({ name }));
    const root = routeJson(route, 'none');
    const all = names.length > 0 && route.receiver !== undefined ? names : [...names, { name: 'none' }];
    const timings = mute_timings.map(({ name, time_intervals }) => ({ name, time_intervals }));
    return JSON.stringify({ route: root, receivers: all, inhibit_rules, time_intervals: timings }, null, 2);
  }

  #alertJson(alert: AlertDocument) {
    const { desk, tables } = this.#engine;
    const { mutes } = desk.context;
    const silencedBy = mutes.silencesOf(alert);
    const inhibitedBy = mutes.inhibitorsOf(alert);
    const groups = desk.groups.groupsOf(alert.fingerprint).flatMap((id) => tables.groups.get(id) ?? []);
    const mutedBy = groups.length > 0 && groups.every(({ muted }) => muted.length > 0) ? groups[0].muted : [];
    const suppressed = silencedBy.length + inhibitedBy.length + mutedBy.length > 0;
    return {
      annotations: alert.annotations,
      endsAt: iso(
        alert.expiresAtMs ?? desk.context.ports.clock.nowMs() + desk.context.config.resolve_timeout,
      ),
      fingerprint: alert.fingerprint,
      receivers: groups.map(({ receiver }) => ({ name: receiver })),
      startsAt: iso(alert.startsAtMs),
      status: {
        inhibitedBy,
        mutedBy,
        silencedBy,
        state: suppressed ? ('suppressed' as const) : ('active' as const),
      },
      updatedAt: iso(alert.updatedAtMs),
      generatorURL: alert.generatorUrl,
      labels: alert.labels,
    };
  }
}

type AlertJson = ReturnType<AlertmanagerDoors['alerts']>[number];

function isWanted(json: AlertJson, filter: AlertFilter): boolean {
  const { status, receivers } = json as {
    readonly status: {
      readonly state: string;
      readonly silencedBy: readonly string[];
      readonly inhibitedBy: readonly string[];
      readonly mutedBy: readonly string[];
    };
    readonly receivers: readonly { readonly name: string }[];
  };
  if (!filter.active && status.state === 'active') return false;
  if (!filter.silenced && status.silencedBy.length > 0) return false;
  if (!filter.inhibited && status.inhibitedBy.length > 0) return false;
  if (!filter.muted && status.mutedBy.length > 0) return false;
  return (
    filter.receiver === undefined || receivers.some(({ name }) => filter.receiver?.matches(name) === true)
  );
}

function silenceJson(silence: SilenceDocument, nowMs: number) {
  return {
    id: silence.id,
    status: { state: silenceState(silence, nowMs) },
    updatedAt: iso(silence.updatedAtMs),
    comment: silence.comment,
    createdBy: silence.createdBy,
    endsAt: iso(silence.endsAtMs),
    startsAt: iso(silence.startsAtMs),
    matchers: silence.matchers.map(({ name, type, value }) => ({
      isEqual: type === '=' || type === '=~',
      isRegex: type === '=~' || type === '!~',
      name,
      value,
    })),
    ...(Object.keys(silence.annotations).length === 0 ? {} : { annotations: silence.annotations }),
  };
}

function routeJson(route: RouteConfig, fallback: string): LabelRecord | object {
  const seconds = (durationMs: number | undefined): string | undefined =>
    durationMs === undefined || durationMs < 1000 ? undefined : `${Math.round(durationMs / 1000)}s`;
  return {
    receiver: route.receiver ?? fallback,
    ...(route.matchers.length === 0 ? {} : { matchers: route.matchers }),
    ...(route.group_by === undefined ? {} : { group_by: route.group_by }),
    ...(route.continue ? { continue: true } : {}),
    group_wait: seconds(route.group_wait),
    group_interval: seconds(route.group_interval),
    repeat_interval: seconds(route.repeat_interval),
    routes: route.routes.map((child) => routeJson(child, route.receiver ?? fallback)),
  };
}

function iso(timeMs: number): string {
  return new Date(timeMs).toISOString();
}
