import type { ExplainAnswer } from '@statbar/sdk/wire';
import { durationText, labelsText, valueText } from '../card/index.ts';
import { notYours, restricted, seesGroup, seesLabels } from '../permissions/index.ts';
import { type Block, code, moment, type Reply, rich } from '../reply/index.ts';
import { cardOf, openly, privately, promQl } from './replies.ts';
import type { Asked, Command } from './types.ts';
import { understand } from './understand.ts';
import { unitOf } from './unit.ts';

const RELATED_SHOWN = 5;

export const explainCommand: Command = {
  name: 'explain',
  aliases: ['why'],
  usage: ['explain chat errors', 'explain (in the thread of an alert)'],
  summary: 'Which label values account for a change, and what moved with it.',
  deed: 'query',
  run,
};

async function run(asked: Asked): Promise<Reply> {
  const target = await expressionOf(asked);
  if (typeof target !== 'string') return target;
  const { ports, signal, now, data } = asked;
  const all = await ports.query.explain({ query: target, atMs: now.nowMs, signal });
  // What moved with it is looked for in everything.
  const answer = { ...all, related: all.related.filter(({ labels }) => seesLabels(labels, data)) };
  const title = 'What accounts for the change';
  if (answer.explanations.length === 0) {
    const none = 'No label values stand out: the change, if there is one, is everywhere alike.';
    return openly(
      cardOf(title, [{ kind: 'paragraph', text: rich(none) }, baseline(answer), promQl(target)], none),
    );
  }
  const unit = unitOf(target);
  const table: Block = {
    kind: 'table',
    columns: [
      { title: 'Where', align: 'left' },
      { title: 'Share', align: 'right' },
      { title: 'Now', align: 'right' },
      { title: 'Expected', align: 'right' },
    ],
    rows: answer.explanations
      .slice(0, asked.options.rowsMax)
      .map(({ labels, share, actual, expected }) => [
        labelsText(labels, new Set()) || 'everything',
        `${Math.round(share * 100)} %`,
        actual === null ? '–' : valueText(actual, unit),
        expected === null ? '–' : valueText(expected, unit),
      ]),
    leftOut: Math.max(0, answer.explanations.length - asked.options.rowsMax),
  };
  const [best] = answer.explanations;
  const summary = `${labelsText(best.labels, new Set()) || 'everything'}: ${Math.round(best.share * 100)} % of the change`;
  return openly(cardOf(title, [table, ...related(answer), baseline(answer), promQl(target)], summary));
}

/** In an alert's thread, without more words, its own expression. */
async function expressionOf(asked: Asked): Promise<string | Reply> {
  const { groupId } = asked.question.conversation;
  if (asked.text.trim() !== '') {
    const understood = await understand(asked, asked.text, 'explain');
    return 'reply' in understood ? understood.reply : understood.plan.expression;
  }
  if (groupId === null) return privately('What shall I explain? For example: explain chat errors');
  const group = await asked.ports.alerts.group(groupId);
  if (!seesGroup(group, asked.data)) return privately(notYours);
  const { chart, title } = group;
  if (chart === null) return privately(`${title} has no expression that could be explained.`);
  return restricted(chart.expression, asked.data) ?? privately(notYours);
}

function related({ related: signals }: ExplainAnswer): Block[] {
  if (signals.length === 0) return [];
  const items = signals.slice(0, RELATED_SHOWN).map(({ signal, labels, leadMs, correlation }) => {
    const where = labelsText(labels, new Set(['__name__']), 4);
    const lead =
      leadMs === 0
        ? 'at the same time'
        : `${durationText(Math.abs(leadMs))} ${leadMs > 0 ? 'earlier' : 'later'}`;
    return rich(
      code(where === '' ? signal : `${signal} ${where}`),
      ` ${lead}, correlation ${correlation.toFixed(2)}`,
    );
  });
  return [
    { kind: 'heading', text: 'Moved with it' },
    { kind: 'list', items, leftOut: signals.length - items.length },
  ];
}

function baseline({ baseline: { fromMs, toMs }, seriesCount, note }: ExplainAnswer): Block {
  const said = note === undefined ? '' : `. ${note}`;
  return {
    kind: 'aside',
    text: rich(`${seriesCount} series, judged against `, moment(fromMs), ' to ', moment(toMs), said),
  };
}
