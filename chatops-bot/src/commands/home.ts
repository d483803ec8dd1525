import type { AlertsClient } from '@statbar/sdk/alerts';
import type { AlertGroup, OnCallSchedule } from '@statbar/sdk/wire';
import { isWebUrl, toneOf } from '../card/index.ts';
import { seesGroup } from '../permissions/index.ts';
import {
  type Block,
  bold,
  type Card,
  cutText,
  link,
  moment,
  type Person,
  type RichText,
  rich,
} from '../reply/index.ts';
import type { Command } from './types.ts';

const ALERTS_SHOWN = 20;
const signs = { critical: '🔴', error: '🟠', warning: '🟡', info: '🔵', good: '✅', muted: '🔕' } as const;

/** Whose home it is: as the platform, and as alerts and the service know them; and what limits what they may see. */
export interface HomeOwner {
  readonly person: Person;
  readonly name: string;
  readonly user: string | null;
  readonly data: readonly string[];
}

export const mineCommand: Command = {
  name: 'mine',
  aliases: ['home', 'me'],
  usage: ['mine'],
  summary: 'Your alerts, and when you are on call.',
  deed: 'query',
  run: async ({ ports, question: { person }, name, user, data }) => ({
    audience: 'private',
    card: await homeCard(ports.alerts, { person, name, user, data }),
  }),
};

/** My alerts and my on-call: what a person sees who opens the bot, and what `mine` answers. */
export async function homeCard(
  alerts: Pick<AlertsClient, 'groups' | 'onCall'>,
  owner: HomeOwner,
): Promise<Card> {
  const { person, user, data } = owner;
  const [{ groups }, { schedules }] = await Promise.all([
    alerts.groups({ state: 'active', limit: 200, matchers: [...data] }),
    alerts.onCall(),
  ]);
  const open = groups.filter((group) => group.state === 'firing' && seesGroup(group, data));
  const mine = open.filter((group) => isMine(group, owner));
  const others = open.filter((group) => !mine.includes(group));
  const blocks: Block[] = [
    { kind: 'heading', text: 'My alerts' },
    ...alertBlocks(mine, 'None of the open alerts is yours.'),
    { kind: 'heading', text: 'My on-call' },
    ...onCallBlocks(schedules, person, user),
    { kind: 'divider' },
    { kind: 'heading', text: 'All open alerts' },
    ...alertBlocks(others, 'No others are open.'),
    {
      kind: 'actions',
      actions: [
        {
          kind: 'button',
          label: 'Help',
          style: 'plain',
          press: { verb: 'run', target: '', version: 0, value: 'help' },
        },
      ],
    },
  ];
  return {
    tone: open.length === 0 ? 'good' : 'info',
    title: open.length === 0 ? 'All quiet' : `${open.length} open alerts`,
    blocks,
    summary: `${open.length} open alerts, ${mine.length} of them yours`,
  };
}

function isMine(group: AlertGroup, { person, name: known, user }: HomeOwner): boolean {
  const names = new Set([user ?? '', person.name, known].filter((name) => name !== ''));
  const { assignee, acknowledgement, onCall, escalation } = group;
  if (assignee !== null) return names.has(assignee);
  if (acknowledgement !== null) return names.has(acknowledgement.by.user ?? acknowledgement.by.name);
  return [...onCall, ...(escalation?.paged ?? [])].some((name) => names.has(name));
}

function alertBlocks(groups: readonly AlertGroup[], none: string): Block[] {
  if (groups.length === 0) return [{ kind: 'aside', text: rich(none) }];
  const items = groups.slice(0, ALERTS_SHOWN).map((group): RichText => {
    const title = cutText(group.title, 150);
    const state =
      group.acknowledgement === null ? 'firing' : `acknowledged by ${group.acknowledgement.by.name}`;
    return rich(
      `${signs[toneOf(group)]} `,
      isWebUrl(group.url) ? link(title, group.url) : bold(title),
      ` ${state} since `,
      moment(group.firedAtMs ?? group.createdAtMs),
    );
  });
  return [{ kind: 'list', items, leftOut: groups.length - items.length }];
}

function onCallBlocks(schedules: readonly OnCallSchedule[], person: Person, user: string | null): Block[] {
  const email = person.email?.toLowerCase();
  const isMe = (each: OnCallSchedule['now'][number]): boolean =>
    each.name === user ||
    each[person.platform] === person.id ||
    (email !== undefined && each.email?.toLowerCase() === email);
  const items = schedules.flatMap(({ name, now, next }): RichText[] => {
    if (now.some(isMe)) {
      return [rich(bold(name), ' now', ...(next === null ? [] : [', until ', moment(next.atMs)]))];
    }
    return next?.users.some(isMe) === true ? [rich(bold(name), ' next, from ', moment(next.atMs))] : [];
  });
  return items.length === 0
    ? [{ kind: 'aside', text: rich('You are not on call, now or next.') }]
    : [{ kind: 'list', items, leftOut: 0 }];
}
