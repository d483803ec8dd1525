import type { AlertGroup } from '@statbar/sdk/wire';
import {
  type Action,
  type Block,
  cutText,
  type MenuItem,
  type Press,
  type PressVerb,
} from '../reply/index.ts';
import { durationText } from './format.ts';
import type { CardOptions } from './types.ts';

const LINKS_SHOWN = 2;
const REMEDIATIONS_SHOWN = 3;
const OVERFLOW_MAX = 5;

/** One row: acknowledge, silence, runbook, dashboard, and the rest behind dots. What cannot be done any more is gone. */
export function groupActions(group: AlertGroup, options: CardOptions): Block[] {
  const press = (verb: PressVerb, value = ''): Press => ({
    verb,
    target: group.id,
    version: group.version,
    value,
  });
  const isOpen = group.state !== 'resolved';
  const actions: Action[] = [];
  if (isOpen) {
    const isAcknowledged = group.acknowledgement !== null;
    actions.push({
      kind: 'button',
      label: isAcknowledged ? 'Unacknowledge' : 'Acknowledge',
      style: isAcknowledged ? 'plain' : 'primary',
      press: press(isAcknowledged ? 'unack' : 'ack'),
    });
    const items = options.silenceDurationsMs.map((durationMs) => ({
      label: `for ${durationText(durationMs)}`,
      press: press('silence', String(durationMs)),
    }));
    actions.push({ kind: 'menu', label: 'Silence', items });
  }
  if (group.runbookUrl !== null && isWebUrl(group.runbookUrl)) {
    actions.push({ kind: 'link', label: 'Runbook', url: group.runbookUrl });
  }
  const links = group.links.filter(({ url }) => isWebUrl(url));
  for (const { title, url } of links.slice(0, LINKS_SHOWN)) actions.push({ kind: 'link', label: title, url });
  if (isOpen) actions.push(...remediations(group, press));
  const items = overflow(group, press, isOpen);
  if (items.length > 0) actions.push({ kind: 'overflow', items });
  return actions.length === 0 ? [] : [{ kind: 'actions', actions }];
}

function remediations(group: AlertGroup, press: (verb: PressVerb, value: string) => Press): Action[] {
  return group.remediations.slice(0, REMEDIATIONS_SHOWN).flatMap(({ name, title, state }): Action[] => {
    if (state !== 'offered' && state !== 'awaiting_approval') return [];
    const verb = state === 'offered' ? 'remediate' : 'approve';
    return [
      {
        kind: 'button',
        label: `${state === 'offered' ? 'Run' : 'Approve'}: ${title}`,
        style: 'danger',
        press: press(verb, name),
        confirm: {
          title: state === 'offered' ? 'Run this?' : 'Approve this?',
          text: `${cutText(title, 150)} will run for: ${cutText(group.title, 100)}`,
          yes: 'Yes',
          no: 'No',
        },
      },
    ];
  });
}

/** What Slack's overflow menu takes: nothing is cut off. */
function overflow(group: AlertGroup, press: (verb: PressVerb) => Press, isOpen: boolean): MenuItem[] {
  const items: (MenuItem | undefined)[] = [
    isOpen ? { label: 'Take it', press: press('take') } : undefined,
    { label: 'Add a note …', press: press('note') },
    isOpen && group.silences.length > 0 ? { label: 'End the silence', press: press('unsilence') } : undefined,
    group.counts.total > 1 ? { label: 'All its alerts', press: press('members') } : undefined,
    group.chart === null ? undefined : { label: 'Explain', press: press('explain') },
  ];
  const given = items.filter((item) => item !== undefined);
  if (!isOpen || given.length >= OVERFLOW_MAX) return given;
  // The menu beside it silences, too: it gives way.
  return given.toSpliced(2, 0, { label: 'Silence …', press: press('silence_dialog') });
}

/** What a platform takes for a link. */
export function isWebUrl(url: string): boolean {
  return /^https?:\/\/[^\s<>|]+$/.test(url) && url.length <= 2000 && URL.canParse(url);
}
