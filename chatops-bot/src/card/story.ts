import type { AlertDigest, AlertGroup, AlertStoryEntry, ChatMention } from '@statbar/sdk/wire';
import {
  type Block,
  bold,
  type Card,
  cutText,
  link,
  mention,
  moment,
  type RichText,
  rich,
  timeOfDay,
} from '../reply/index.ts';
import { isWebUrl } from './actions.ts';
import { toneOf } from './group-card.ts';

const ENTRIES_SHOWN = 20;
const ENTRY_LENGTH_MAX = 500;

/** What happened, for the thread. Nobody is mentioned: who follows the thread sees it. */
export function storyCard(group: AlertGroup, entries: readonly AlertStoryEntry[]): Card {
  const shown = entries.slice(-ENTRIES_SHOWN);
  const items = shown.map((entry) =>
    rich(timeOfDay(entry.atMs), ` ${cutText(entry.text, ENTRY_LENGTH_MAX)}`),
  );
  const block: Block =
    items.length === 1
      ? { kind: 'paragraph', text: items[0] }
      : { kind: 'list', items, leftOut: entries.length - shown.length };
  const last = shown.at(-1)?.text ?? '';
  return { tone: toneOf(group), title: '', blocks: [block], summary: cutText(last, 300) };
}

/** Somebody is to come: the one message that mentions people. */
export function pageCard(group: AlertGroup | null, mentions: readonly ChatMention[], text: string): Card {
  const people = mentions
    .slice(0, 20)
    .flatMap(({ name, platformId }) => [mention({ name, platformId }), ' ']);
  const said = cutText(text === '' ? 'You are wanted for this alert.' : text, 1000);
  const names = mentions.map(({ name }) => name).join(', ');
  return {
    tone: group === null ? 'critical' : toneOf(group),
    title: '',
    blocks: [{ kind: 'paragraph', text: rich(...people, said) }],
    summary: cutText(names === '' ? said : `${names}: ${said}`, 300),
  };
}

/** The same, saying at its head that it may be there already. */
export function repeatOf(card: Card): Card {
  const text =
    'May be a repeat: it could not be found out whether this had arrived before. What is kept up to date is this one.';
  return { ...card, blocks: [{ kind: 'aside', text: rich(text) }, ...card.blocks] };
}

/** A storm as one card that is edited while it lasts. */
export function digestCard(digest: AlertDigest): Card {
  const { groupCount, firingCount, resolvedCount, sinceMs, untilMs } = digest;
  const state: RichText = rich(
    bold(untilMs === null ? 'Storm' : 'Storm over'),
    ' since ',
    moment(sinceMs),
    ...(untilMs === null ? [] : [' until ', timeOfDay(untilMs)]),
    ` · ${groupCount} alert groups · ${firingCount} firing · ${resolvedCount} resolved`,
  );
  const titles = digest.titles.map(({ title, count, firing }) =>
    rich(bold(cutText(title, 200)), ` ${count}, ${firing} firing`),
  );
  const groups = digest.groups.slice(0, 10).map(({ title, state: each, url }) => {
    const name = cutText(title, 200);
    return rich(isWebUrl(url) ? link(name, url) : name, ` ${each}`);
  });
  const blocks: Block[] = [{ kind: 'paragraph', text: state }];
  if (titles.length > 0) blocks.push({ kind: 'list', items: titles, leftOut: 0 });
  if (groups.length > 0) {
    blocks.push({ kind: 'heading', text: 'Latest' });
    blocks.push({ kind: 'list', items: groups, leftOut: Math.max(0, groupCount - groups.length) });
  }
  blocks.push({
    kind: 'aside',
    text: rich('So many alerts began at once that they are told together, instead of a card each.'),
  });
  return {
    tone: firingCount > 0 ? 'critical' : 'good',
    title: `${groupCount} alert groups at once`,
    blocks,
    summary: `${groupCount} alert groups at once, ${firingCount} firing`,
  };
}
