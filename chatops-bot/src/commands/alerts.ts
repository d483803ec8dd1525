import type { AlertGroup } from '@statbar/sdk/wire';
import { isWebUrl } from '../card/index.ts';
import {
  type Block,
  bold,
  link,
  type MenuItem,
  moment,
  type PressVerb,
  type Reply,
  type RichText,
  rich,
} from '../reply/index.ts';
import { activeGroups } from './alert-groups.ts';
import { cardOf, openly } from './replies.ts';
import type { Asked, Command } from './types.ts';

const SHOWN = 15;

export const alertsCommand: Command = {
  name: 'alerts',
  aliases: ['list'],
  usage: ['alerts', 'alerts critical', 'alerts payments'],
  summary: 'What is firing now.',
  deed: 'query',
  run,
};

async function run(asked: Asked): Promise<Reply> {
  const words = asked.text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  const groups = (await activeGroups(asked)).filter((group) => {
    const text =
      `${group.title} ${group.severity} ${group.owner ?? ''} ${Object.values(group.commonLabels).join(' ')}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
  if (groups.length === 0) {
    const none = words.length === 0 ? 'No alert is firing.' : `No alert is firing with ${words.join(' ')}.`;
    return openly(cardOf('All quiet', [{ kind: 'paragraph', text: rich(none) }], none, 'good'));
  }
  const shown = groups.slice(0, SHOWN);
  const blocks: Block[] = [
    { kind: 'list', items: shown.map(groupLine), leftOut: groups.length - shown.length },
  ];
  const open = shown.filter(({ acknowledgement }) => acknowledgement === null);
  if (open.length > 0) {
    blocks.push({
      kind: 'actions',
      actions: [{ kind: 'menu', label: 'Acknowledge', items: open.map((group) => item(group, 'ack')) }],
    });
  }
  const summary = `${groups.length} alert groups are firing`;
  return openly(
    cardOf(
      summary,
      blocks,
      summary,
      groups.some(({ severity }) => severity === 'critical') ? 'critical' : 'warning',
    ),
  );
}

function item({ id, version, title }: AlertGroup, verb: PressVerb): MenuItem {
  return { label: title.slice(0, 70), press: { verb, target: id, version, value: '' } };
}

/** An alert group in a line. */
export function groupLine({
  title,
  url,
  severity,
  firedAtMs,
  createdAtMs,
  acknowledgement,
  counts,
  silences,
  id,
}: AlertGroup): RichText {
  const taken = acknowledgement === null ? '' : ` · acknowledged by ${acknowledgement.by.name}`;
  return rich(
    isWebUrl(url) ? link(title, url) : bold(title),
    ` ${severity} since `,
    moment(firedAtMs ?? createdAtMs),
    counts.total > 1 ? ` · ${counts.firing} of ${counts.total}` : '',
    taken,
    silences.length > 0 ? ' · silenced' : '',
    ` · ${id}`,
  );
}
