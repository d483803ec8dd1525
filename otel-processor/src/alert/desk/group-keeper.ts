import { createHash } from 'node:crypto';
import type { DeskContext } from './context.ts';
import type { AlertDocument, GroupDocument } from './docs.ts';
import { GroupEdit } from './group-edit.ts';
import { GroupStepper } from './group-stepper.ts';
import { placeOf } from './next-place.ts';
import { allRoutes, groupKeyOf, groupLabelsOf, type Route, routesOf } from './routes.ts';

/** The groups that are open: which alerts belong to which, and when each is to be looked at. */
export class GroupKeeper {
  readonly #context: DeskContext;
  readonly #stepper: GroupStepper;
  #routes: ReadonlyMap<string, Route>;
  readonly #byKey = new Map<string, string>();
  readonly #byMember = new Map<string, Set<string>>();
  readonly #dueAtMs = new Map<string, number>();
  /** None of them is due before. */
  #earliestMs = Number.POSITIVE_INFINITY;
  /** To be looked at before the call ends. */
  readonly #dirty = new Set<string>();
  #mutesGeneration = 0;

  constructor(context: DeskContext) {
    this.#context = context;
    this.#routes = routesById(context.route);
    this.#stepper = new GroupStepper(context, (id) => this.routeOf(id));
  }

  get stepper(): GroupStepper {
    return this.#stepper;
  }

  get openCount(): number {
    return this.#byKey.size;
  }

  /** After the tables were read back. */
  recover(nowMs: number): void {
    for (const group of this.#context.tables.groups.values()) {
      if (group.state === 'resolved') continue;
      this.#byKey.set(group.key, group.id);
      for (const fingerprint of group.members) this.#addMember(fingerprint, group.id);
      this.#dirty.add(group.id);
    }
    // The configuration may have changed while nothing ran.
    this.reroute(nowMs);
  }

  /**
   * Gives open groups and alerts that fire their places under the routes as they are now. A group that has been told stays
   * one card, wherever its route went; an alert that some receiver is to be told of, and is not, joins or opens a group there.
   */
  reroute(nowMs: number): void {
    const { tables, route } = this.#context;
    this.#routes = routesById(route);
    for (const id of this.openIds()) {
      const group = tables.groups.get(id);
      if (group !== undefined) this.#place(group);
    }
    for (const alert of [...tables.alerts.values()]) {
      if (alert.state !== 'firing') continue;
      const told = this.groupsOf(alert.fingerprint).flatMap((id) => tables.groups.get(id)?.receiver ?? []);
      this.join(alert, nowMs, new Set(told));
    }
    this.lookAtAll();
  }

  #place(group: GroupDocument): void {
    const { tables, book, route } = this.#context;
    const members = group.members.flatMap((fingerprint) => book.get(fingerprint) ?? []);
    const isFree = (key: string): boolean => (this.#byKey.get(key) ?? group.id) === group.id;
    const place = placeOf(group, members, route, isFree);
    if (place === 'forget') {
      this.#close(group);
      tables.groups.remove(group.id);
    } else if (place !== 'stay') {
      this.#byKey.delete(group.key);
      this.#byKey.set(place.key, group.id);
      tables.groups.put(group.id, { ...group, ...place });
    }
  }

  get(id: string): GroupDocument | undefined {
    return this.#context.tables.groups.get(id);
  }

  /** A route that is gone from the configuration leaves its open groups to the root's timings. */
  routeOf(id: string): Route {
    return this.#routes.get(id) ?? this.#context.route;
  }

  holds(fingerprint: string): boolean {
    return this.#byMember.has(fingerprint);
  }

  groupsOf(fingerprint: string): readonly string[] {
    return [...(this.#byMember.get(fingerprint) ?? [])];
  }

  openIds(): readonly string[] {
    return [...this.#byKey.values()];
  }

  /** An alert began to fire: it joins the group of each of its routes, but for those of these receivers, or opens it. */
  join(alert: AlertDocument, nowMs: number, except: ReadonlySet<string> = nobody): void {
    for (const route of routesOf(this.#context.route, alert.labels)) {
      if (except.has(route.receiver)) continue;
      const labels = groupLabelsOf(route, alert.labels);
      const key = groupKeyOf(route, labels);
      const group = this.#openGroup(key, route, labels, nowMs);
      if (group === undefined) continue;
      const isNew = !group.members.includes(alert.fingerprint);
      this.edit(group.id, nowMs, (edit) => {
        edit.set({
          changed: true,
          ...(isNew ? { members: [...group.members, alert.fingerprint] } : {}),
        });
        if (group.state === 'firing') edit.story('member_fired', `${nameOf(alert, group)} fires, too`);
      });
      this.#addMember(alert.fingerprint, group.id);
    }
  }

  /** An alert resolved, or something about it changed. */
  touch(alert: AlertDocument, transition: 'resolved' | 'flapping' | 'updated', nowMs: number): void {
    for (const id of this.groupsOf(alert.fingerprint)) {
      if (transition === 'updated') {
        this.#dirty.add(id);
        continue;
      }
      this.edit(id, nowMs, (edit) => {
        const { group } = edit;
        edit.set({ changed: true });
        if (group.state !== 'firing') return;
        if (transition === 'flapping') {
          edit.story(
            'flapping',
            `${nameOf(alert, group)} comes and goes; its resolve waits until it is quiet`,
          );
        } else if (group.members.length > 1)
          edit.story('member_resolved', `${nameOf(alert, group)} resolved`);
      });
    }
  }

  /** Changes a group as one new revision, tells it, and has it looked at. */
  edit(id: string, nowMs: number, change: (edit: GroupEdit) => void): void {
    const group = this.get(id);
    if (group === undefined) return;
    const edit = new GroupEdit(group, this.#context.config.limits.story_max, nowMs);
    change(edit);
    this.#stepper.finish(edit, nowMs);
    this.#dirty.add(id);
  }

  look(id: string): void {
    this.#dirty.add(id);
  }

  lookAtAll(): void {
    for (const id of this.#byKey.values()) this.#dirty.add(id);
  }

  /** Looks at every group whose time has come or that changed. */
  settle(nowMs: number): void {
    this.#noteDue(nowMs);
    const { generation } = this.#context.mutes;
    if (generation !== this.#mutesGeneration) {
      this.#mutesGeneration = generation;
      this.lookAtAll();
    }
    for (const id of [...this.#dirty]) {
      this.#dirty.delete(id);
      const group = this.get(id);
      if (group === undefined || group.state === 'resolved') {
        this.#dueAtMs.delete(id);
        continue;
      }
      const { dueAtMs, over } = this.#stepper.step(group, nowMs);
      if (over) this.#close(group);
      else if (dueAtMs === undefined) this.#dueAtMs.delete(id);
      else {
        this.#dueAtMs.set(id, dueAtMs);
        this.#earliestMs = Math.min(this.#earliestMs, dueAtMs);
      }
    }
  }

  #noteDue(nowMs: number): void {
    if (nowMs < this.#earliestMs) return;
    this.#earliestMs = Number.POSITIVE_INFINITY;
    for (const [id, dueAtMs] of this.#dueAtMs) {
      if (dueAtMs <= nowMs) this.#dirty.add(id);
      else this.#earliestMs = Math.min(this.#earliestMs, dueAtMs);
    }
  }

  #openGroup(
    key: string,
    route: Route,
    labels: GroupDocument['labels'],
    nowMs: number,
  ): GroupDocument | undefined {
    const { tables, config, ports } = this.#context;
    const id = this.#byKey.get(key);
    if (id !== undefined) return tables.groups.get(id);
    if (this.#byKey.size >= config.limits.groups_max) {
      ports.telemetry
        .counter('statbar_alert_limit_total', 'Things of alerting that were over a limit.', {
          limit: 'groups_max',
        })
        .add(1);
      return undefined;
    }
    const counters = tables.counters.get('all') ?? { groups: 0, feed: 0, audit: 0 };
    tables.counters.put('all', { ...counters, groups: counters.groups + 1 });
    const hash = createHash('sha256').update(key).digest('hex').slice(0, 12);
    const group: GroupDocument = {
      id: `${hash}-${counters.groups + 1}`,
      key,
      route: route.id,
      receiver: route.receiver,
      labels,
      members: [],
      version: 1,
      revision: 1,
      state: 'waiting',
      createdAtMs: nowMs,
      firedAtMs: undefined,
      resolvedAtMs: undefined,
      updatedAtMs: nowMs,
      changed: false,
      toldAtMs: nowMs,
      muted: [],
      acknowledgement: undefined,
      assignee: undefined,
      escalation: undefined,
      silencedBy: [],
      digests: [],
      story: [],
      storySequence: 0,
      actionIds: [],
      remediations: [],
      closed: undefined,
    };
    tables.groups.put(group.id, group);
    this.#byKey.set(key, group.id);
    return group;
  }

  #close(group: GroupDocument): void {
    this.#dueAtMs.delete(group.id);
    if (this.#byKey.get(group.key) === group.id) this.#byKey.delete(group.key);
    for (const fingerprint of group.members) {
      const ids = this.#byMember.get(fingerprint);
      ids?.delete(group.id);
      if (ids?.size === 0) this.#byMember.delete(fingerprint);
    }
  }

  #addMember(fingerprint: string, groupId: string): void {
    const ids = this.#byMember.get(fingerprint) ?? new Set();
    ids.add(groupId);
    this.#byMember.set(fingerprint, ids);
  }
}

const nobody: ReadonlySet<string> = new Set();

function routesById(root: Route): ReadonlyMap<string, Route> {
  return new Map(allRoutes(root).map((route) => [route.id, route]));
}

/** What tells an alert from the others of its group. */
function nameOf(alert: AlertDocument, group: GroupDocument): string {
  const { alertname = 'An alert' } = alert.labels;
  const parts = Object.entries(alert.labels)
    .filter(([name]) => !Object.hasOwn(group.labels, name) && name !== 'alertname' && name !== 'severity')
    .slice(0, 4)
    .map(([name, value]) => `${name} ${value}`);
  // Alerts of several rules in one group are told apart by their names first.
  if (!Object.hasOwn(group.labels, 'alertname')) parts.unshift(alertname);
  return parts.length === 0 ? alertname : parts.join(', ');
}
