import type { Episode } from '@statbar/sdk/wire';
import { durationText, labelsText, valueText } from '../card/index.ts';
import { type Block, bold, code, moment, type Reply, type RichText, rich } from '../reply/index.ts';
import { readTime, wordsOf } from '../words/index.ts';
import { cardOf, openly } from './replies.ts';
import type { Asked, Command } from './types.ts';

const SHOWN = 8;
const ASKED_FOR = 100;

export const anomaliesCommand: Command = {
  name: 'anomalies',
  aliases: ['anomaly'],
  usage: ['anomalies', 'anomalies chat since 14:00'],
  summary: 'What was not as expected, and what accounts for it.',
  deed: 'query',
  run,
};

async function run({ text, now, ports, data, signal }: Asked): Promise<Reply> {
  const { time, rest } = readTime(wordsOf(text), now);
  const words = rest.map((word) => word.text.toLowerCase());
  const { episodes, nextCursor } = await ports.query.episodes({
    ...(time.said ? { fromMs: time.fromMs, toMs: time.toMs } : { active: true }),
    ...(data.length === 0 ? {} : { match: [`{${data.join(',')}}`] }),
    limit: ASKED_FOR,
    signal,
  });
  const wanted = episodes.filter(({ signal: name, labels }) => {
    const all = `${name} ${Object.values(labels).join(' ')}`.toLowerCase();
    return words.every((word) => all.includes(word));
  });
  const since = time.said ? ['From ', moment(time.fromMs), ' to ', moment(time.toMs)] : ['Now'];
  if (wanted.length === 0) {
    const none = rich(
      ...since,
      ': nothing is out of the ordinary',
      words.length > 0 ? ` with ${words.join(' ')}` : '',
      '.',
    );
    return openly(cardOf('No anomalies', [{ kind: 'paragraph', text: none }], 'No anomalies', 'good'));
  }
  const shown = wanted.toSorted((a, b) => b.score - a.score).slice(0, SHOWN);
  const left = wanted.length - shown.length;
  const blocks: Block[] = [
    { kind: 'aside', text: rich(...since, nextCursor === null ? '' : `; of the latest ${ASKED_FOR}`) },
    { kind: 'list', items: shown.map(episodeLine), leftOut: left },
  ];
  return openly(
    cardOf(
      `${wanted.length} anomalies`,
      blocks,
      `${wanted.length} anomalies, the strongest in ${shown[0].signal}`,
      'warning',
    ),
  );
}

/** What was not as expected, since when, and what accounts for it. */
export function episodeLine(episode: Episode): RichText {
  const { signal, labels, startMs, endMs, expected, actual, score, explanation, why } = episode;
  const where = labelsText(labels, new Set(['__name__']));
  const best = explanation.at(0);
  return rich(
    bold(signal),
    where === '' ? '' : ' ',
    ...(where === '' ? [] : [code(where)]),
    ' since ',
    moment(startMs),
    endMs === null ? '' : ` for ${durationText(endMs - startMs)}`,
    actual === null || expected === null
      ? ''
      : `: ${valueText(actual, null)} instead of ${valueText(expected, null)}`,
    ` (score ${score.toFixed(1)})`,
    best !== undefined
      ? `; ${Math.round(best.share * 100)} % by ${labelsText(best.labels, new Set())}`
      : why.length > 0
        ? `; ${why[0].slice(0, 200)}`
        : '',
  );
}
