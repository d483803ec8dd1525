import type { AlertAction, AlertGroup } from '@statbar/sdk/wire';
import { durationText } from '../card/index.ts';
import { type Reply, rich } from '../reply/index.ts';
import { durationOf } from '../words/index.ts';
import { findGroup, isReply } from './alert-groups.ts';
import { cardOf, openly, privately } from './replies.ts';
import type { Asked, Command } from './types.ts';

const SILENCE_DEFAULT_MS = 3_600_000;
const SILENCE_MAX_MS = 90 * 24 * 3_600_000;
const NOTE_LENGTH_MAX = 1000;

/** Of what is left of an action when its common part is taken off. */
type Deeds =
  | { readonly action: 'ack'; readonly note?: string }
  | { readonly action: 'silence'; readonly forMs: number; readonly note?: string }
  | { readonly action: 'unsilence' };

export const ackCommand: Command = {
  name: 'ack',
  aliases: ['acknowledge'],
  usage: ['ack (in the thread of an alert)', 'ack high latency: looking into it'],
  summary: 'Takes an alert: escalation stops.',
  deed: 'ack',
  run: (asked) => {
    const { words, note } = splitNote(asked.text);
    return act(asked, words, 'ack', { action: 'ack', ...(note === '' ? {} : { note }) });
  },
};

export const silenceCommand: Command = {
  name: 'silence',
  aliases: ['mute'],
  usage: ['silence 2h (in the thread of an alert)', 'silence high latency for 30m: deploying'],
  summary: 'Holds back what an alert would say, for a while.',
  deed: 'silence',
  run: async (asked) => {
    const { words, note } = splitNote(asked.text);
    const { rest, forMs } = readSilence(words);
    if (forMs === undefined) return privately(`A silence lasts from 1m to ${durationText(SILENCE_MAX_MS)}.`);
    return act(asked, rest, `silence ${durationText(forMs).replace(' ', '')}`, {
      action: 'silence',
      forMs,
      ...(note === '' ? {} : { note }),
    });
  },
};

export const unsilenceCommand: Command = {
  name: 'unsilence',
  aliases: ['unmute'],
  usage: ['unsilence (in the thread of an alert)', 'unsilence high latency'],
  summary: 'Ends a silence.',
  deed: 'silence',
  run: (asked) => act(asked, asked.text, 'unsilence', { action: 'unsilence' }),
};

/** `high latency: looking into it`. */
function splitNote(text: string): { readonly words: string; readonly note: string } {
  const at = text.search(/:(\s|$)/);
  if (at < 0) return { words: text, note: '' };
  return {
    words: text.slice(0, at),
    note: text
      .slice(at + 1)
      .trim()
      .slice(0, NOTE_LENGTH_MAX),
  };
}

/** The duration may stand anywhere; undefined: it is too short or too long. */
export function readSilence(text: string): { readonly rest: string; readonly forMs: number | undefined } {
  const words = text.split(/\s+/).filter((word) => word !== '');
  const at = words.findIndex((word) => durationOf(word.toLowerCase()) !== undefined);
  if (at < 0) return { rest: words.join(' '), forMs: SILENCE_DEFAULT_MS };
  const forMs = durationOf(words[at].toLowerCase()) ?? 0;
  const from = words[at - 1]?.toLowerCase() === 'for' ? at - 1 : at;
  words.splice(from, at - from + 1);
  return { rest: words.join(' '), forMs: forMs >= 60_000 && forMs <= SILENCE_MAX_MS ? forMs : undefined };
}

async function act(asked: Asked, words: string, command: string, deed: Deeds): Promise<Reply> {
  const group = await findGroup(asked, words, command);
  if (isReply(group)) return group;
  const { question, ports, name, user } = asked;
  const via = question.person.platform;
  const action: AlertAction = {
    ...deed,
    // The same message delivered twice is done once.
    actionId: `${via}-${question.id}`.slice(0, 200),
    version: group.version,
    by: { name, user, via },
  };
  const { done, text } = await ports.alerts.act(group.id, action);
  return done ? said(group, text) : privately(text);
}

function said({ title }: AlertGroup, text: string): Reply {
  return openly(
    cardOf('', [{ kind: 'paragraph', text: rich(`${title}: ${text}`) }], `${title}: ${text}`, 'good'),
  );
}
