import type { AlertGroup } from '@statbar/sdk/wire';
import { seesGroup } from '../permissions/index.ts';
import { type Reply, rich } from '../reply/index.ts';
import { buttons, privately, runButton } from './replies.ts';
import type { Asked } from './types.ts';

const OFFERED = 5;

/** Alert groups that are active, as far as the asker may see them. */
export async function activeGroups({ ports, data, signal }: Asked): Promise<readonly AlertGroup[]> {
  const { groups } = await ports.alerts.groups({ state: 'active', limit: 200, matchers: [...data], signal });
  return groups.filter((group) => seesGroup(group, data));
}

/** The group that is meant: by its id, by words of its title and labels, or the one whose thread this is. */
export async function findGroup(asked: Asked, words: string, command: string): Promise<AlertGroup | Reply> {
  const { groupId } = asked.question.conversation;
  const wanted = words.trim().toLowerCase();
  const groups = await activeGroups(asked);
  if (wanted === '' && groupId !== null) {
    const over =
      asked.data.length === 0
        ? 'This alert is over.'
        : 'This alert is over, or not among those that you may see.';
    return groups.find(({ id }) => id === groupId) ?? privately(over);
  }
  const exact = groups.find(({ id }) => id.toLowerCase() === wanted);
  if (exact !== undefined) return exact;
  const parts = wanted.split(/\s+/).filter((part) => part !== '');
  const found = groups.filter((group) => {
    const text = `${group.id} ${group.title} ${Object.values(group.commonLabels).join(' ')}`.toLowerCase();
    return parts.every((part) => text.includes(part));
  });
  if (found.length === 1) return found[0];
  if (found.length === 0) {
    return privately(
      wanted === ''
        ? 'No alert is firing.'
        : `No alert that is firing has "${words.trim().slice(0, 100)}" in it.`,
    );
  }
  const offered = found.slice(0, OFFERED);
  const more = found.length - offered.length;
  return privately(`Which one do you mean?${more > 0 ? ` There are ${more} more: add a word.` : ''}`, [
    { kind: 'list', items: offered.map(({ title, id }) => rich(`${title} (${id})`)), leftOut: more },
    ...buttons(offered.map(({ id, title }) => runButton(title, `${command} ${id}`))),
  ]);
}

export function isReply(value: AlertGroup | Reply): value is Reply {
  return 'audience' in value;
}
