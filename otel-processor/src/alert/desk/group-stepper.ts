import type { DeskContext } from './context.ts';
import type { AlertDocument, GroupDocument } from './docs.ts';
import { GroupEdit } from './group-edit.ts';
import { nameOf } from './group-view.ts';
import { nextEscalation, resumeEscalation, startEscalation } from './next-escalation.ts';
import { nextGroup } from './next-group.ts';
import { RemediationDesk } from './remediation-desk.ts';
import type { Route } from './routes.ts';
import { StormKeeper } from './storm-keeper.ts';
import { Timings } from './timings.ts';

/** Members that are kept when a group is over. */
const CLOSED_MEMBERS_MAX = 1000;
/** Mute timings begin and end at minutes. */
const TIMING_LOOK_MS = 15_000;

interface Suppression {
  readonly members: readonly AlertDocument[];
  readonly firing: number;
  readonly audible: number;
  readonly silencedBy: readonly string[];
}

/** Takes a group to where it is to be now: tells it, repeats it, pages, resolves. Decisions are pure, this does them. */
export class GroupStepper {
  readonly #context: DeskContext;
  readonly #routeOf: (id: string) => Route;
  readonly storms: StormKeeper;
  readonly remediations: RemediationDesk;

  constructor(context: DeskContext, routeOf: (id: string) => Route) {
    this.#context = context;
    this.#routeOf = routeOf;
    this.storms = new StormKeeper(context);
    this.remediations = new RemediationDesk(context);
  }

  /** `over`: the group is closed or gone. */
  step(
    group: GroupDocument,
    nowMs: number,
  ): { readonly dueAtMs: number | undefined; readonly over: boolean } {
    const route = this.#routeOf(group.route);
    const muted = this.#context.timings.mutedBy(route, nowMs);
    const look = this.#suppressionOf(group);
    const { step, dueAtMs } = nextGroup(
      { ...group, acknowledged: group.acknowledgement !== undefined },
      { ...look, muted: muted.length > 0 },
      route,
      nowMs,
    );
    if (step === 'forget') {
      this.#context.tables.groups.remove(group.id);
      return { dueAtMs: undefined, over: true };
    }
    const edit = new GroupEdit(group, this.#context.config.limits.story_max, nowMs);
    this.#noteSuppression(edit, look, muted);
    if (step === 'fire') this.#fire(edit, look, route, nowMs);
    if (step === 'resolve') this.#resolve(edit, look, nowMs);
    if (edit.group.state === 'firing') this.#expireAcknowledgement(edit, nowMs);
    this.finish(edit, nowMs);
    const { outbox } = this.#context;
    let { group: current } = edit;
    if (step === 'tell_changes' || step === 'repeat') {
      current = {
        ...(this.#context.tables.groups.get(group.id) ?? current),
        changed: false,
        toldAtMs: nowMs,
      };
      this.#context.tables.groups.put(group.id, current);
      outbox.tell(current, step === 'repeat' ? 'repeated' : 'changed', 'interval', nowMs);
    }
    const quiet = look.audible === 0 || muted.length > 0;
    if (current.state === 'firing' && !quiet) this.#tellNewcomers(current.id, nowMs);
    const escalationAtMs = current.state === 'firing' ? this.#escalate(current.id, quiet, nowMs) : undefined;
    const untilMs = current.acknowledgement?.untilMs ?? undefined;
    const timingAtMs = Timings.concern(route) ? nowMs + TIMING_LOOK_MS : undefined;
    const times = [dueAtMs, escalationAtMs, untilMs, timingAtMs].filter((each) => each !== undefined);
    if (step === 'fire' || step === 'tell_changes' || step === 'repeat') times.push(nowMs + route.intervalMs);
    return {
      dueAtMs: times.length === 0 ? undefined : Math.min(...times),
      over: current.state === 'resolved',
    };
  }

  /** Keeps an edited group, and tells those who follow every change. */
  finish(edit: GroupEdit, nowMs: number): GroupDocument | undefined {
    const group = edit.finish();
    if (group === undefined) return undefined;
    this.#context.tables.groups.put(group.id, group);
    if (group.state === 'waiting' || edit.isQuiet) return group;
    const { event } = edit;
    if (event === 'fired') {
      const targets = this.storms.admit(group, this.#targetsOf(group), nowMs);
      this.#context.outbox.fire(this.#context.tables.groups.get(group.id) ?? group, targets, nowMs);
    } else this.#context.outbox.tell(group, event, event === 'changed' ? 'changes' : 'all', nowMs);
    this.storms.note(group, nowMs);
    return group;
  }

  /** Members of an open group, or what they were when it closed. */
  membersOf(group: GroupDocument): readonly AlertDocument[] {
    return group.closed ?? group.members.flatMap((fingerprint) => this.#context.book.get(fingerprint) ?? []);
  }

  #targetsOf(group: GroupDocument) {
    const { targets } = this.#context;
    const own = targets.of(group.receiver);
    const common = this.membersOf(group).map(({ labels }) => labels);
    return [...own, ...targets.subscribed(common, new Set(own.map(({ key }) => key)))];
  }

  /** Receivers that came into the configuration while the group fires. */
  #tellNewcomers(groupId: string, nowMs: number): void {
    const { tables, targets, outbox } = this.#context;
    const group = tables.groups.get(groupId);
    if (group === undefined) return;
    const untold = targets
      .of(group.receiver)
      .filter((target) => !group.digests.includes(target.key) && !outbox.tells(group, target));
    if (untold.length === 0) return;
    const admitted = this.storms.admit(group, untold, nowMs);
    outbox.fire(tables.groups.get(groupId) ?? group, admitted, nowMs);
  }

  #suppressionOf(group: GroupDocument): Suppression {
    const { mutes } = this.#context;
    const members = this.membersOf(group);
    const silencedBy = new Set<string>();
    let firing = 0;
    let audible = 0;
    for (const alert of members) {
      if (alert.state !== 'firing') continue;
      firing += 1;
      const silences = mutes.silencesOf(alert);
      for (const id of silences) silencedBy.add(id);
      if (silences.length === 0 && mutes.inhibitorsOf(alert).length === 0) audible += 1;
    }
    return { members, firing, audible, silencedBy: [...silencedBy].sort() };
  }

  #noteSuppression(edit: GroupEdit, { silencedBy, firing }: Suppression, muted: readonly string[]): void {
    const { group } = edit;
    const told = group.state === 'firing';
    if (firing > 0 && silencedBy.join() !== group.silencedBy.join()) {
      edit.set({ silencedBy });
      if (told && silencedBy.some((id) => !group.silencedBy.includes(id)))
        edit.story('silenced', this.#silencedText(silencedBy));
      else if (told && silencedBy.length === 0) edit.story('unsilenced', 'No longer silenced');
    }
    if (muted.join() !== group.muted.join()) {
      edit.set({ muted });
      if (told)
        edit.story(
          muted.length > 0 ? 'muted' : 'unmuted',
          muted.length > 0 ? `Muted by ${muted.join(', ')}` : 'No longer muted',
        );
    }
  }

  #silencedText(ids: readonly string[]): string {
    const silence = this.#context.tables.silences.get(ids[ids.length - 1]);
    if (silence === undefined) return 'Silenced';
    const until = new Date(silence.endsAtMs).toISOString().replace(/\.\d+Z$/, 'Z');
    return `${silence.createdBy} silenced it until ${until}${silence.comment === '' ? '' : `: ${silence.comment}`}`;
  }

  #fire(edit: GroupEdit, { members }: Suppression, route: Route, nowMs: number): void {
    const chain =
      route.escalation === undefined ? undefined : this.#context.onCall.chains.get(route.escalation);
    edit.set({
      state: 'firing',
      name: nameOf(members),
      firedAtMs: nowMs,
      toldAtMs: nowMs,
      changed: false,
      version: edit.group.version + 1,
      ...(chain === undefined ? {} : { escalation: startEscalation(chain, nowMs) }),
    });
    const count = edit.group.members.length;
    edit.story('fired', count === 1 ? 'Fires' : `Fires with ${count} alerts`);
    this.remediations.offer(edit, nowMs);
    edit.event = 'fired';
  }

  #resolve(edit: GroupEdit, { members }: Suppression, nowMs: number): void {
    edit.set({
      state: 'resolved',
      resolvedAtMs: nowMs,
      changed: false,
      version: edit.group.version + 1,
      closed: members.slice(0, CLOSED_MEMBERS_MAX),
    });
    edit.story('resolved', 'Resolved');
    edit.event = 'resolved';
  }

  #expireAcknowledgement(edit: GroupEdit, nowMs: number): void {
    const { acknowledgement, escalation } = edit.group;
    if (acknowledgement === undefined || acknowledgement.untilMs === null || acknowledgement.untilMs > nowMs)
      return;
    const chain = escalation === undefined ? undefined : this.#context.onCall.chains.get(escalation.chain);
    edit.set({
      acknowledgement: undefined,
      version: edit.group.version + 1,
      ...(escalation === undefined || chain === undefined
        ? {}
        : { escalation: resumeEscalation(chain, escalation, nowMs) }),
    });
    edit.story('unacknowledged', `The acknowledgement of ${acknowledgement.by.name} has ended`);
    edit.event = 'unacknowledged';
  }

  /** Does the step of the escalation that is due; when the next one is. */
  #escalate(groupId: string, quiet: boolean, nowMs: number): number | undefined {
    const { tables, onCall, timings, outbox, targets, config } = this.#context;
    const group = tables.groups.get(groupId);
    const chain = group?.escalation === undefined ? undefined : onCall.chains.get(group.escalation.chain);
    if (group?.escalation === undefined || chain === undefined) return undefined;
    const view = {
      resolved: group.state === 'resolved',
      acknowledged: group.acknowledgement !== undefined,
      quiet,
      isDuring: (step: number) => {
        const names = chain.steps[step].onlyDuring;
        return names.length === 0 || names.some((name) => timings.isActive(name, nowMs));
      },
    };
    const { standing, page } = nextEscalation(chain, group.escalation, view, nowMs);
    if (standing === group.escalation) return quiet || view.acknowledged ? undefined : standing.nextAtMs;
    const edit = new GroupEdit(group, config.limits.story_max, nowMs);
    edit.set({ escalation: standing });
    const users = page === undefined ? [] : onCall.paged(chain, page, nowMs);
    if (page !== undefined) {
      const names = users.map(({ name }) => name);
      edit.set({ escalation: { ...standing, paged: [...standing.paged, ...names] } });
      const whom = names.length === 0 ? 'nobody: no one is on call' : names.join(', ');
      edit.story('paged', `Step ${standing.stepsDone} of ${chain.name} paged ${whom}`);
    }
    if (standing.nextAtMs === undefined) edit.story('escalation_done', `${chain.name} has no further steps`);
    const next = this.finish(edit, nowMs) ?? edit.group;
    if (page !== undefined) {
      const { receivers } = chain.steps[page];
      const to =
        receivers.length === 0 ? this.#targetsOf(next) : receivers.flatMap((name) => targets.of(name));
      outbox.page(
        next,
        to,
        {
          step: standing.stepsDone,
          users,
          text: `Nobody has acknowledged it yet (${chain.name}, step ${standing.stepsDone})`,
        },
        nowMs,
      );
    }
    return standing.nextAtMs;
  }
}
