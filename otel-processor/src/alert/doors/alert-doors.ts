import type {
  AlertAction,
  AlertActionAnswer,
  AlertActor,
  AlertGroup,
  AlertGroupList,
  AuditList,
  ChatSubscription,
  ChatTarget,
  OnCallList,
} from '@statbar/sdk/wire';
import { type Fault, isFault, permanent } from '../../base/index.ts';
import type { Matcher } from '../../model/index.ts';
import { nextChange, onCallAt } from '../calendar/schedule.ts';
import type { AuditFrom } from '../desk/audit-log.ts';
import type { GroupDocument } from '../desk/docs.ts';
import type { AlertEngine } from '../engine.ts';
import { matchesAll, parseMatcherTexts } from '../matchers.ts';
import type { ChatFeed } from '../outbox/chat-feed.ts';
import { remoteRefsOf } from '../outbox/remote-refs.ts';
import type { InboundRequest } from '../types.ts';
import { AlertmanagerDoors } from './alertmanager-doors.ts';

export interface GroupsFilter {
  readonly state: 'active' | 'resolved' | 'all';
  /** Some part of the group's time lies in [fromMs, toMs]. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly matchers: readonly Matcher[];
  readonly limit: number;
  readonly cursor: string | undefined;
}

const SCHEDULE_HORIZON_MS = 35 * 86_400_000;

/** Everything that can be asked of, and done to, the alerts of one tenant from outside. */
export class AlertDoors {
  readonly alertmanager: AlertmanagerDoors;
  readonly feed: ChatFeed;
  readonly #engine: AlertEngine;

  /** Settles when a heartbeat of this name is stored; `deadman` rules look for it. */
  readonly heartbeat: (name: string) => Promise<Fault | undefined>;

  constructor(engine: AlertEngine, heartbeat: (name: string) => Promise<Fault | undefined>) {
    this.#engine = engine;
    this.alertmanager = new AlertmanagerDoors(engine);
    this.feed = engine.feed;
    this.heartbeat = heartbeat;
  }

  /** Matchers in Alertmanager's notation. */
  parseMatchers(texts: readonly string[]): readonly Matcher[] | Fault {
    return parseMatcherTexts(texts);
  }

  /** The latest first. */
  groups(filter: GroupsFilter): AlertGroupList | Fault {
    const after = filter.cursor === undefined ? undefined : /^(\d+)\/(.+)$/.exec(filter.cursor);
    if (after === null) return permanent('invalid', 'invalid parameter "cursor"');
    const found = [...this.#engine.tables.groups.values()]
      .filter((group) => this.#isWanted(group, filter))
      .sort((a, b) => b.createdAtMs - a.createdAtMs || (a.id < b.id ? 1 : -1));
    const from =
      after === undefined
        ? 0
        : found.findIndex(
            ({ createdAtMs, id }) =>
              createdAtMs < Number(after[1]) || (createdAtMs === Number(after[1]) && id < after[2]),
          );
    const page = from < 0 ? [] : found.slice(from, from + filter.limit);
    const last = page.at(-1);
    const isEnd = last === undefined || from + page.length >= found.length;
    return {
      groups: page.map((group) => this.#engine.desk.viewOf(group)),
      nextCursor: isEnd ? null : `${last.createdAtMs}/${last.id}`,
    };
  }

  group(id: string): AlertGroup | Fault {
    return this.#engine.desk.view(id) ?? noGroup(id);
  }

  /** Does what somebody asked for; settles when that is durable. */
  async act(groupId: string, action: AlertAction, from: AuditFrom): Promise<AlertActionAnswer | Fault> {
    const { desk, tables } = this.#engine;
    const result = desk.act(groupId, action, from);
    const group = desk.view(groupId);
    if (result === undefined || group === undefined) return noGroup(groupId);
    const fault = await tables.durable();
    if (fault !== undefined) return fault;
    const { refusal, text, silence } = result;
    return {
      done: refusal === undefined,
      refusal: refusal ?? null,
      text,
      group,
      silence: silence ?? null,
    };
  }

  /** What a receiver's own webhook tells; how many actions it was. `kind` with position or name: `pagerduty-0`, `pagerduty-eu`. */
  async inbound(
    receiver: string,
    kind: string,
    request: InboundRequest,
    address: string,
  ): Promise<number | Fault> {
    const { desk, tables } = this.#engine;
    const { targets, outbox } = desk.context;
    const target = targets.at(`${receiver}.${kind}`);
    const door = target?.receiver?.inbound;
    if (target === undefined || door === undefined)
      return permanent('not_found', `there is no receiver ${receiver} with a ${kind}`);
    const actions = door.read(request, remoteRefsOf(target.key, outbox, tables));
    if (isFault(actions)) return actions;
    for (const { dedupKey, action, by } of actions) {
      // What was done elsewhere has been done: it counts for the group as it is.
      const version = desk.groups.get(dedupKey)?.version ?? 0;
      desk.act(dedupKey, { ...action, by, version } as AlertAction, {
        principal: `${receiver}.${kind}`,
        address,
      });
    }
    tables.commit();
    const fault = await tables.durable();
    return fault ?? actions.length;
  }

  onCall(): OnCallList {
    const { onCall, ports } = this.#engine.desk.context;
    const nowMs = ports.clock.nowMs();
    const people = (names: readonly string[]) =>
      names.map((name) => {
        const { email, slack, teams } = onCall.user(name);
        return { name, email: email ?? null, slack: slack ?? null, teams: teams ?? null };
      });
    return {
      schedules: [...onCall.schedules.values()].map((schedule) => {
        const next = nextChange(schedule, nowMs, SCHEDULE_HORIZON_MS);
        return {
          name: schedule.name,
          timeZone: schedule.timeZone,
          now: people(onCallAt(schedule, nowMs).users),
          next: next === undefined ? null : { atMs: next.atMs, users: people(next.users) },
        };
      }),
    };
  }

  audit(target: string | undefined, cursor: string | undefined, limit: number): AuditList {
    const before = cursor === undefined ? Number.POSITIVE_INFINITY : Number(cursor);
    const entries = this.#engine.desk.audit.list(target, before, limit);
    const last = entries.at(-1);
    return {
      entries,
      nextCursor: last === undefined || entries.length < limit ? null : String(last.sequence),
    };
  }

  subscriptions(): readonly ChatSubscription[] {
    return this.#engine.desk.subscriptions.list();
  }

  async subscribe(
    target: ChatTarget,
    matchers: readonly string[],
    by: AlertActor,
    from: AuditFrom,
  ): Promise<ChatSubscription | Fault> {
    const { desk, tables } = this.#engine;
    const made = desk.subscriptions.add(target, matchers, by, from, desk.context.ports.clock.nowMs());
    if (isFault(made)) return made;
    return (await tables.durable()) ?? made;
  }

  async unsubscribe(id: string, by: AlertActor, from: AuditFrom): Promise<Fault | undefined> {
    const { desk, tables } = this.#engine;
    if (!desk.subscriptions.remove(id, by, from, desk.context.ports.clock.nowMs())) {
      return permanent('not_found', `there is no subscription ${id.slice(0, 100)}`);
    }
    return tables.durable();
  }

  #isWanted(group: GroupDocument, { state, fromMs, toMs, matchers }: GroupsFilter): boolean {
    const isOver = group.state === 'resolved';
    if (state !== 'all' && isOver !== (state === 'resolved')) return false;
    if (group.createdAtMs > toMs || (group.resolvedAtMs ?? Number.POSITIVE_INFINITY) < fromMs) return false;
    if (matchers.length === 0) return true;
    const members = this.#engine.desk.groups.stepper.membersOf(group);
    return members.some(({ labels }) => matchesAll(matchers, labels));
  }
}

function noGroup(id: string): Fault {
  return permanent('not_found', `there is no alert group ${id.slice(0, 100)}`);
}
