import {
  type Action,
  type Block,
  type Card,
  code,
  cutText,
  type Reply,
  rich,
  type Tone,
} from '../reply/index.ts';

const RUN_LENGTH_MAX = 1500;

/** Seen by everybody in the channel. */
export function openly(card: Card): Reply {
  return { audience: 'everyone', card };
}

/** Seen by who asked only. */
export function privately(text: string, more: readonly Block[] = []): Reply {
  const blocks: Block[] = [{ kind: 'paragraph', text: rich(cutText(text, 1500)) }, ...more];
  return { audience: 'private', card: { tone: 'info', title: '', blocks, summary: cutText(text, 300) } };
}

export function cardOf(title: string, blocks: readonly Block[], summary: string, tone: Tone = 'info'): Card {
  return { tone, title: cutText(title, 140), blocks, summary: cutText(summary, 300) };
}

/** A button that says a command, as if it had been typed; undefined: it would be too long for one. */
export function runButton(label: string, command: string): Action | undefined {
  if (command.length > RUN_LENGTH_MAX) return undefined;
  return {
    kind: 'button',
    label: cutText(label, 70),
    style: 'plain',
    press: { verb: 'run', target: '', version: 0, value: command },
  };
}

export function buttons(actions: readonly (Action | undefined)[]): Block[] {
  const given = actions.filter((action) => action !== undefined);
  return given.length === 0 ? [] : [{ kind: 'actions', actions: given }];
}

/** What ran, word for word. */
export function promQl(expression: string): Block {
  return expression.length > 200
    ? { kind: 'code', text: cutText(expression, 2500) }
    : { kind: 'aside', text: rich('PromQL ', code(expression)) };
}
