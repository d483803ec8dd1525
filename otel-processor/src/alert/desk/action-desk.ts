import type { AlertAction, AlertActionRefusal } from '@statbar/sdk/wire';
import { isFault } from '../../base/index.ts';
import { type ActionOutcome, applyAction, done, type GroupAction } from './apply-action.ts';
import type { AuditFrom, AuditLog } from './audit-log.ts';
import type { DeskContext } from './context.ts';
import type { GroupDocument, MatcherDocument } from './docs.ts';
import type { GroupKeeper } from './group-keeper.ts';
import { common } from './group-view.ts';
import { resumeEscalation } from './next-escalation.ts';
import type { SilenceDesk } from './silence-desk.ts';

export interface ActResult {
  readonly refusal: AlertActionRefusal | undefined;
  readonly text: string;
  readonly silence: string | undefined;
}

const SILENCE_MS_MAX = 366 * 86_400_000;

/** What people do about groups, from wherever they do it. Everything is in the audit log, refusals too. */
export class ActionDesk {
  readonly #context: DeskContext;
  readonly #groups: GroupKeeper;
  readonly #silences: SilenceDesk;
  readonly #audit: AuditLog;

  constructor(context: DeskContext, groups: GroupKeeper, silences: SilenceDesk, audit: AuditLog) {
    this.#context = context;
    this.#groups = groups;
    this.#silences = silences;
    this.#audit = audit;
  }

  /** Undefined: there is no such group. */
  act(groupId: string, action: AlertAction, from: AuditFrom, nowMs: number): ActResult | undefined {
    const group = this.#groups.get(groupId);
    if (group === undefined) return undefined;
    const result = this.#do(group, action, from, nowMs);
    const outcome = result.refusal === undefined ? 'done' : 'refused';
    const what = { action: action.action, target: groupId, outcome, text: result.text } as const;
    this.#audit.add(action.by, from, what, nowMs);
    return result;
  }

  #do(group: GroupDocument, action: AlertAction, from: AuditFrom, nowMs: number): ActResult {
    switch (action.action) {
      case 'ack':
      case 'unack':
      case 'assign':
      case 'note':
        return this.#change(group, action, nowMs);
      case 'silence':
        return this.#silence(group, action, from, nowMs);
      case 'unsilence':
        return this.#unsilence(group, action, from, nowMs);
      case 'remediate':
      case 'approve':
        return this.#remediate(group, action, nowMs);
    }
  }

  #change(group: GroupDocument, action: GroupAction, nowMs: number): ActResult {
    const outcome = applyAction(group, action, (name) => this.#context.onCall.users.has(name), nowMs);
    const result = { refusal: outcome.refusal, text: outcome.text, silence: undefined };
    if (outcome.refusal !== undefined || outcome.repeated) return result;
    this.#groups.edit(group.id, nowMs, (edit) => {
      edit.set(this.#withEscalation(outcome, action, nowMs));
      if (outcome.story !== undefined) edit.story(outcome.story.kind, outcome.story.text, action.by);
      if (action.action === 'ack') edit.event = 'acknowledged';
      if (action.action === 'unack') edit.event = 'unacknowledged';
    });
    return result;
  }

  /** An acknowledgement that is taken back lets the next step wait its whole time. */
  #withEscalation({ group }: ActionOutcome, action: GroupAction, nowMs: number): GroupDocument {
    const { escalation } = group;
    if (action.action !== 'unack' || escalation === undefined) return group;
    const chain = this.#context.onCall.chains.get(escalation.chain);
    return chain === undefined ? group : { ...group, escalation: resumeEscalation(chain, escalation, nowMs) };
  }

  #remediate(
    group: GroupDocument,
    action: Extract<AlertAction, { action: 'remediate' | 'approve' }>,
    nowMs: number,
  ): ActResult {
    let result: ActResult = { refusal: undefined, text: 'This was done already.', silence: undefined };
    if (group.actionIds.includes(action.actionId)) return result;
    this.#groups.edit(group.id, nowMs, (edit) => {
      const asked = this.#groups.stepper.remediations.ask(edit, action.name, action.by, nowMs);
      result = { ...asked, silence: undefined };
      if (asked.refusal === undefined) edit.set(done(edit.group, action.actionId, {}).group);
    });
    return result;
  }

  #silence(
    group: GroupDocument,
    action: Extract<AlertAction, { action: 'silence' }>,
    from: AuditFrom,
    nowMs: number,
  ): ActResult {
    const refuse = (refusal: AlertActionRefusal, text: string): ActResult => ({
      refusal,
      text,
      silence: undefined,
    });
    if (group.actionIds.includes(action.actionId)) {
      return { refusal: undefined, text: 'This was done already.', silence: undefined };
    }
    if (group.state === 'resolved') return refuse('resolved', 'It has resolved in the meantime.');
    const members = this.#groups.stepper.membersOf(group).filter(({ state }) => state === 'firing');
    const labels = common(members.map((member) => member.labels));
    const matchers: MatcherDocument[] = Object.entries(labels).map(([name, value]) => ({
      name,
      type: '=',
      value,
    }));
    if (matchers.length === 0) {
      return refuse('nothing_to_silence', 'Its alerts have no label in common; silence them one by one.');
    }
    const forMs = Math.min(Math.max(0, action.forMs), SILENCE_MS_MAX);
    const silence = this.#silences.put(
      {
        id: undefined,
        matchers,
        startsAtMs: nowMs,
        endsAtMs: nowMs + forMs,
        createdBy: action.by.name,
        comment: action.note ?? '',
        annotations: { statbar_group: group.id },
      },
      action.by,
      from,
      nowMs,
    );
    if (isFault(silence)) return refuse('nothing_to_silence', silence.message);
    this.#groups.edit(group.id, nowMs, (edit) => edit.set(done(edit.group, action.actionId, {}).group));
    return { refusal: undefined, text: 'Silenced.', silence: silence.id };
  }

  #unsilence(
    group: GroupDocument,
    action: Extract<AlertAction, { action: 'unsilence' }>,
    from: AuditFrom,
    nowMs: number,
  ): ActResult {
    const ids = action.silence === undefined ? group.silencedBy : [action.silence];
    const ended = ids.filter((id) => !isFault(this.#silences.expire(id, action.by, from, nowMs)));
    if (ended.length === 0) {
      return { refusal: 'not_silenced', text: 'No silence is in force on it.', silence: undefined };
    }
    return { refusal: undefined, text: 'No longer silenced.', silence: ended[0] };
  }
}
