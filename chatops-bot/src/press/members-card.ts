import type { AlertGroup } from '@statbar/sdk/wire';
import { defaultCardOptions, labelsText, toneOf, valueText } from '../card/index.ts';
import { type Card, cutText } from '../reply/index.ts';

const ROWS_MAX = 50;

/** All alerts of a group, as far as there is room. */
export function membersCard(group: AlertGroup): Card {
  const except = new Set([...defaultCardOptions.hiddenLabels, ...Object.keys(group.commonLabels)]);
  const rows = group.members
    .slice(0, ROWS_MAX)
    .map(({ labels, state, value }) => [
      labelsText(labels, except) || labelsText(labels, new Set()) || '–',
      state,
      value === null ? '' : valueText(value, group.chart?.unit ?? null),
    ]);
  return {
    tone: toneOf(group),
    title: cutText(group.title, 140),
    blocks: [
      {
        kind: 'table',
        columns: [
          { title: 'Alert', align: 'left' },
          { title: 'State', align: 'left' },
          { title: 'Value', align: 'right' },
        ],
        rows,
        leftOut: Math.max(0, group.counts.total - rows.length),
      },
    ],
    summary: `${group.counts.total} alerts, ${group.counts.firing} firing`,
  };
}
