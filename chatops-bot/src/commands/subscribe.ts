import { code, type Reply, type RichText, rich } from '../reply/index.ts';
import { buttons, cardOf, openly, privately, runButton } from './replies.ts';
import type { Asked, Command } from './types.ts';

const MATCHERS_MAX = 10;
const SHOWN = 10;

export const subscribeCommand: Command = {
  name: 'subscribe',
  aliases: [],
  usage: ['subscribe severity="critical" team="shop"', 'subscribe list', 'subscribe off'],
  summary: 'Sends alerts that match to this channel, too.',
  deed: 'subscribe',
  run,
};

async function run(asked: Asked): Promise<Reply> {
  const text = asked.text.trim();
  const [verb = '', id] = text.split(/\s+/);
  if (/^(list|\?)$/i.test(verb)) return list(asked);
  if (/^(off|stop|remove)$/i.test(verb)) return off(asked, id);
  const matchers = readMatchers(text);
  if (matchers === undefined) {
    return privately(
      'Matchers look like this: severity="critical", team=~"shop|search". For everything: subscribe all',
    );
  }
  const { place } = asked.question.conversation;
  const { ports, name, user, data } = asked;
  await ports.alerts.subscribe({
    target: { platform: place.platform, channel: place.channel, direct: place.direct },
    matchers: [...new Set([...matchers, ...data])],
    by: { name, user, via: place.platform },
  });
  const what = matchers.length === 0 ? 'all alerts' : `alerts with ${matchers.join(', ')}`;
  return openly(
    cardOf(
      '',
      [{ kind: 'paragraph', text: rich(`This channel now gets ${what}.`) }],
      `Subscribed to ${what}`,
      'good',
    ),
  );
}

/** `severity=critical team=~"a|b"`, with or without quotes and commas; undefined: it is something else. */
export function readMatchers(text: string): string[] | undefined {
  if (/^(all|everything)$/i.test(text)) return [];
  const matchers: string[] = [];
  let rest = text;
  while (rest !== '') {
    const found = /^\s*([a-zA-Z_]\w*)\s*(=~|!~|!=|=)\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))\s*,?\s*/.exec(rest);
    if (found === null || matchers.length >= MATCHERS_MAX) return undefined;
    const value = found[3] ?? found[4].replace(/[\\"]/g, '\\$&');
    matchers.push(`${found[1]}${found[2]}"${value}"`);
    rest = rest.slice(found[0].length);
  }
  return matchers.length === 0 ? undefined : matchers;
}

async function own({ ports, question }: Asked) {
  const { place } = question.conversation;
  const { subscriptions } = await ports.alerts.subscriptions();
  return subscriptions.filter(
    ({ target }) => target.platform === place.platform && target.channel === place.channel,
  );
}

async function list(asked: Asked): Promise<Reply> {
  const mine = await own(asked);
  if (mine.length === 0) return privately('This channel has no subscriptions.');
  const shown = mine.slice(0, SHOWN);
  const items = shown.map(
    ({ matchers, createdBy }): RichText =>
      rich(code(matchers.length === 0 ? 'everything' : matchers.join(', ')), ` by ${createdBy.name}`),
  );
  return privately('This channel gets:', [
    { kind: 'list', items, leftOut: mine.length - shown.length },
    ...buttons(shown.map(({ id }, at) => runButton(`End ${at + 1}`, `subscribe off ${id}`))),
  ]);
}

async function off(asked: Asked, id: string | undefined): Promise<Reply> {
  const mine = await own(asked);
  const ended = id === undefined ? mine : mine.filter((each) => each.id === id);
  if (ended.length === 0) return privately('This channel has no such subscription.');
  for (const each of ended) await asked.ports.alerts.unsubscribe(each.id);
  const text =
    ended.length === 1 ? 'The subscription has ended.' : `${ended.length} subscriptions have ended.`;
  return openly(cardOf('', [{ kind: 'paragraph', text: rich(text) }], text));
}
