import type { AlertActionRefusal, AlertActor, AlertRemediation } from '@statbar/sdk/wire';
import { newEntry } from '../outbox/new-entry.ts';
import type { Target } from '../outbox/targets.ts';
import type { OutboxEntry, Remediation, SendOutcome } from '../types.ts';
import type { DeskContext } from './context.ts';
import type { GroupDocument } from './docs.ts';
import type { GroupEdit } from './group-edit.ts';
import { nextRemediation } from './next-remediation.ts';

/** The closed loop: remediations of a group's receiver are offered, asked for, approved, run, and told of. */
export class RemediationDesk {
  readonly #context: DeskContext;

  constructor(context: DeskContext) {
    this.#context = context;
  }

  /** A group fires: what its receiver can do about it is on the card, and what starts alone starts. */
  offer(edit: GroupEdit, nowMs: number): void {
    const offers = this.#of(edit.group);
    if (offers.length === 0) return;
    edit.set({
      remediations: offers.map(({ remediation: { name, title, starts } }) => ({
        name,
        title,
        state: starts === 'approved' ? 'awaiting_approval' : 'offered',
        outcome: '',
      })),
    });
    for (const { target, remediation } of offers) {
      if (remediation.starts === 'alone') this.#run(edit, target, remediation, null, nowMs);
    }
  }

  /** Somebody asks for a remediation, or approves the one that waits. */
  ask(
    edit: GroupEdit,
    name: string,
    by: AlertActor,
    nowMs: number,
  ): { readonly refusal: AlertActionRefusal | undefined; readonly text: string } {
    const offer = this.#of(edit.group).find(({ remediation }) => remediation.name === name);
    if (offer === undefined) return { refusal: 'unknown_remediation', text: `There is no action ${name}.` };
    if (edit.group.state === 'resolved')
      return { refusal: 'resolved', text: 'It has resolved in the meantime.' };
    const current = edit.group.remediations.find((each) => each.name === name);
    if (current?.state === 'running')
      return { refusal: 'stale', text: `${offer.remediation.title} is running already.` };
    const waits = current?.state === 'awaiting_approval';
    edit.story(
      waits ? 'action_approved' : 'action_requested',
      `${by.name} ${waits ? 'approved' : 'asked for'} ${offer.remediation.title}`,
      by,
    );
    const reason = this.#run(edit, offer.target, offer.remediation, by, nowMs);
    return reason === undefined
      ? { refusal: undefined, text: `${offer.remediation.title} is running.` }
      : { refusal: 'stale', text: reason };
  }

  /** What came of a run. */
  settle(edit: GroupEdit, entry: OutboxEntry, outcome: SendOutcome): void {
    const target = this.#context.targets.get(entry.target);
    const remediation = target?.receiver?.remediation;
    if (remediation === undefined || outcome.kind === 'later') return;
    const { name, title } = remediation;
    if (outcome.kind === 'sent') {
      const text = outcome.remoteRef ?? '';
      this.#set(edit, name, { state: 'done', outcome: text });
      edit.story('action_done', `${title} is done${text === '' ? '' : `: ${text}`}`);
      return;
    }
    const text = outcome.kind === 'unknown' ? `its outcome is not known: ${outcome.reason}` : outcome.reason;
    this.#set(edit, name, { state: 'failed', outcome: text });
    edit.story('action_failed', `${title} failed: ${text}`);
  }

  /** Why it does not run, or undefined when it does. */
  #run(
    edit: GroupEdit,
    target: Target,
    remediation: Remediation,
    by: AlertActor | null,
    nowMs: number,
  ): string | undefined {
    const { tables, outbox } = this.#context;
    const { name, title } = remediation;
    const before = tables.remediations.get(target.key) ?? [];
    const { runs, run, reason } = nextRemediation(remediation, before, nowMs);
    if (!run) {
      const text =
        reason === 'cooldown'
          ? `${title} is held back: it ran less than its cooldown ago`
          : `${title} is held back: it ran as often as it may in an hour`;
      this.#set(edit, name, { state: 'held_back', outcome: text });
      edit.story('action_failed', text, by);
      return text;
    }
    tables.remediations.put(target.key, runs);
    this.#set(edit, name, { state: 'running', outcome: '' });
    const entry = newEntry(edit.group, target, 'action', 'remediate', edit.group.revision, nowMs);
    outbox.put({ ...entry, id: `${entry.id}-${nowMs}` });
    return undefined;
  }

  #set(edit: GroupEdit, name: string, change: Partial<AlertRemediation>): void {
    const remediations = edit.group.remediations.map((each) =>
      each.name === name ? { ...each, ...change } : each,
    );
    edit.set({ remediations });
  }

  #of(group: GroupDocument): readonly { readonly target: Target; readonly remediation: Remediation }[] {
    return this.#context.targets.of(group.receiver).flatMap((target) => {
      const remediation = target.receiver?.remediation;
      return remediation === undefined ? [] : [{ target, remediation }];
    });
  }
}
