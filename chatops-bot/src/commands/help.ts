import { type Block, bold, code, type Reply, rich } from '../reply/index.ts';
import { buttons, cardOf, runButton } from './replies.ts';
import type { Command } from './types.ts';

/** Lists the commands that it is given, itself included. */
export function helpCommand(commands: () => readonly Command[]): Command {
  return {
    name: 'help',
    aliases: ['?', 'hello', 'hi'],
    usage: ['help', 'help query'],
    summary: 'This.',
    deed: 'query',
    run: async ({ text }) => help(commands(), text.trim().toLowerCase()),
  };
}

function help(commands: readonly Command[], wanted: string): Reply {
  const one = commands.find(({ name, aliases }) => name === wanted || aliases.includes(wanted));
  const shown = one === undefined ? commands : [one];
  const blocks: Block[] = [];
  if (one === undefined) {
    blocks.push({ kind: 'paragraph', text: rich('Ask in plain words, or begin with one of these:') });
  }
  blocks.push({
    kind: 'list',
    items: shown.map(({ name, summary, usage }) => rich(bold(name), ` ${summary} `, code(usage[0]))),
    leftOut: 0,
  });
  if (one !== undefined) blocks.push({ kind: 'code', text: one.usage.join('\n') });
  else
    blocks.push(
      ...buttons([
        runButton('Alerts', 'alerts'),
        runButton('Anomalies', 'anomalies'),
        runButton('On call', 'oncall'),
      ]),
    );
  const title = one === undefined ? 'What I can do' : one.name;
  return { audience: 'private', card: cardOf(title, blocks, title) };
}
