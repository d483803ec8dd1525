import { type AlertsClient, ApiError } from '@statbar/sdk/alerts';
import type { AlertAction, AlertActor } from '@statbar/sdk/wire';
import type { Logger } from '../base/index.ts';
import { durationText } from '../card/index.ts';
import { type DataGate, notYours, seesGroup } from '../permissions/index.ts';
import {
  type Card,
  cutText,
  type Deed,
  type PressAnswer,
  type Pressed,
  type PressVerb,
  type Question,
  type Reply,
  sentenceCard,
} from '../reply/index.ts';
import { NOTE_LENGTH_MAX, noteDialog, silenceDialog } from './dialogs.ts';
import { membersCard } from './members-card.ts';

export interface PressPorts {
  readonly alerts: Pick<AlertsClient, 'act' | 'group'>;
  readonly gate: DataGate;
  /** What is typed as a command: `run` and `explain` say one. */
  readonly ask: (question: Question) => Promise<Reply>;
  readonly logger: Logger;
}

/** Times for which the dialog offers a silence. */
const dialogDurationsMs = [0.5, 1, 2, 4, 8, 12, 24, 48, 7 * 24].map((hours) => hours * 3_600_000);
const SILENCE_MAX_MS = 90 * 86_400_000;

const deeds: Readonly<Record<PressVerb, Deed>> = {
  ack: 'ack',
  unack: 'ack',
  take: 'ack',
  note: 'ack',
  silence: 'silence',
  unsilence: 'silence',
  silence_dialog: 'silence',
  remediate: 'remediate',
  approve: 'remediate',
  members: 'query',
  explain: 'query',
  run: 'query',
};

/**
 * What pressing does, the same on every platform. What changes an alert carries the version that the person saw: an
 * acknowledgement that races a resolve is refused, politely and privately, and never reopens anything.
 */
export class Presser {
  readonly #ports: PressPorts;

  constructor(ports: PressPorts) {
    this.#ports = ports;
  }

  async press(pressed: Pressed): Promise<PressAnswer> {
    const { press, fields } = pressed;
    // Dialogs first: Slack's trigger is good for three seconds. Who may not is told when it is sent.
    if (press.verb === 'note' && fields['note'] === undefined) {
      return { kind: 'dialog', dialog: noteDialog(press) };
    }
    if (press.verb === 'silence_dialog') {
      return { kind: 'dialog', dialog: silenceDialog(press, dialogDurationsMs) };
    }
    try {
      return await this.#admitted(pressed);
    } catch (error) {
      const text = error instanceof ApiError ? error.message : 'Something went wrong here.';
      if (!(error instanceof ApiError)) this.#ports.logger.error('a press failed', { error: String(error) });
      return privately(`That did not work: ${text}`);
    }
  }

  async #admitted(pressed: Pressed): Promise<PressAnswer> {
    const { press, person } = pressed;
    const admission = await this.#ports.gate.admit(person, deeds[press.verb]);
    if (!admission.allowed) return privately(admission.why);
    const data = this.#ports.gate.dataOf(person);
    if (press.target !== '' && data.length > 0) {
      // Its text could tell what they may not see, and acting on it is acting for others.
      const group = await this.#ports.alerts.group(press.target);
      if (!seesGroup(group, data)) return privately(notYours);
    }
    const by: AlertActor = { name: admission.name, user: admission.user, via: person.platform };
    switch (press.verb) {
      case 'members':
        return answered('private', membersCard(await this.#ports.alerts.group(press.target)));
      case 'explain':
        return this.#explain(pressed);
      case 'run':
        return this.#run(pressed, press.value);
      default:
        return this.#act(pressed, by);
    }
  }

  async #explain(pressed: Pressed): Promise<PressAnswer> {
    const { chart, title } = await this.#ports.alerts.group(pressed.press.target);
    if (chart === null) return privately(`${title} has no expression that could be explained.`);
    return this.#run(pressed, `explain ${chart.expression}`);
  }

  async #run({ id, person, conversation }: Pressed, text: string): Promise<PressAnswer> {
    return { kind: 'reply', reply: await this.#ports.ask({ id, person, conversation, text }) };
  }

  async #act(pressed: Pressed, by: AlertActor): Promise<PressAnswer> {
    const { id, press } = pressed;
    const action = actionOf(pressed, by);
    if (typeof action === 'string') return privately(action);
    const { done, text } = await this.#ports.alerts.act(press.target, {
      ...action,
      actionId: `${by.via}-${id}`.slice(0, 200),
      version: press.version,
      by,
    } as AlertAction);
    // The card shows what was done, as soon as it is edited: another message would be noise.
    return done ? { kind: 'done' } : privately(text);
  }
}

/** What the service is asked for, or why not. */
function actionOf({ press, fields }: Pressed, by: AlertActor): object | string {
  const note = cutText(fields['note'] ?? '', NOTE_LENGTH_MAX);
  switch (press.verb) {
    case 'ack':
      return { action: 'ack' };
    case 'unack':
      return { action: 'unack' };
    case 'take':
      if (by.user === null) return 'To take alerts you must be one of the users in alert.users.';
      return { action: 'assign', user: by.user };
    case 'note':
      return note.trim() === '' ? 'There is nothing in the note.' : { action: 'note', note };
    case 'silence': {
      const forMs = Number(fields['for'] ?? press.value);
      if (!(forMs >= 60_000 && forMs <= SILENCE_MAX_MS)) {
        return `A silence lasts from 1m to ${durationText(SILENCE_MAX_MS)}.`;
      }
      return { action: 'silence', forMs, ...(note === '' ? {} : { note }) };
    }
    case 'unsilence':
      return { action: 'unsilence' };
    case 'remediate':
    case 'approve':
      return { action: press.verb, name: press.value };
    default:
      return 'That button is not known here.';
  }
}

function answered(audience: Reply['audience'], card: Card): PressAnswer {
  return { kind: 'reply', reply: { audience, card } };
}

function privately(text: string): PressAnswer {
  return answered('private', sentenceCard(text));
}
