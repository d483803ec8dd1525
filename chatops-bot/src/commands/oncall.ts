import type { OnCallUser } from '@statbar/sdk/wire';
import { bold, moment, type Reply, type RichText, rich } from '../reply/index.ts';
import { cardOf, openly } from './replies.ts';
import type { Asked, Command } from './types.ts';

const SHOWN = 30;

export const onCallCommand: Command = {
  name: 'oncall',
  aliases: ['on-call', 'who'],
  usage: ['oncall', 'oncall payments'],
  summary: 'Who is on call, and who is next.',
  deed: 'query',
  run,
};

async function run({ text, ports }: Asked): Promise<Reply> {
  // "who is on call for payments"
  const words = text
    .toLowerCase()
    .replace(/\b(is|are|on|call|oncall|on-call|for|the|now|who)\b/g, ' ')
    .split(/[\s?]+/)
    .filter((word) => word !== '');
  const { schedules } = await ports.alerts.onCall();
  const wanted = schedules.filter(({ name }) => words.every((word) => name.toLowerCase().includes(word)));
  if (wanted.length === 0) {
    const none =
      schedules.length === 0
        ? 'There are no on-call schedules.'
        : `No schedule is called ${words.join(' ')}.`;
    return openly(cardOf('On call', [{ kind: 'paragraph', text: rich(none) }], none));
  }
  const items = wanted.slice(0, SHOWN).map(({ name, now, next }): RichText => {
    const after = next === null ? [] : ['; from ', moment(next.atMs), ` ${names(next.users)}`];
    return rich(bold(name), `: ${names(now)}`, ...after);
  });
  const [first] = wanted;
  return openly(
    cardOf(
      'On call',
      [{ kind: 'list', items, leftOut: wanted.length - items.length }],
      `${first.name}: ${names(first.now)}`,
    ),
  );
}

/** In plain text: asking who is on call rings nobody's phone. */
function names(users: readonly OnCallUser[]): string {
  return users.length === 0 ? 'nobody' : users.map(({ name }) => name).join(', ');
}
