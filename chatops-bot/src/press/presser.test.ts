import { ApiError } from '@statbar/sdk/alerts';
import type { AlertAction, AlertActionAnswer } from '@statbar/sdk/wire';
import { expect, test } from 'vitest';
import { silentLogger } from '../base/index.ts';
import { exampleGroup } from '../card/group.test-support.ts';
import type { Admission, Press, PressAnswer, Pressed } from '../reply/index.ts';
import { Presser } from './presser.ts';

const lena: Admission = { allowed: true, name: 'Lena', user: 'lena' };

function presser(
  admission: Admission,
  answer: Partial<AlertActionAnswer> | ApiError = { done: true },
  data: readonly string[] = [],
) {
  const acted: AlertAction[] = [];
  const asked: string[] = [];
  const alerts = {
    async act(_: string, action: AlertAction) {
      acted.push(action);
      if (answer instanceof ApiError) throw answer;
      return { done: true, refusal: null, text: '', group: exampleGroup(), silence: null, ...answer };
    },
    group: async () =>
      exampleGroup({ counts: { total: 2, firing: 1, resolved: 1, silenced: 0, inhibited: 0 } }),
  };
  const ask = async ({ text }: { text: string }) => {
    asked.push(text);
    return {
      audience: 'everyone' as const,
      card: { tone: 'info' as const, title: '', blocks: [], summary: text },
    };
  };
  const made = new Presser({
    alerts,
    ask,
    gate: { admit: async () => admission, dataOf: () => data },
    logger: silentLogger,
  });
  return {
    acted,
    asked,
    press: (verb: Press['verb'], value = '', fields = {}) => made.press(pressed(verb, value, fields)),
  };
}

function pressed(verb: Press['verb'], value: string, fields: Readonly<Record<string, string>>): Pressed {
  return {
    id: 'click-1',
    person: { platform: 'slack', id: 'U1', name: 'Lena', email: null, timeZone: null },
    conversation: {
      place: { platform: 'slack', channel: 'C1', direct: false },
      threadId: null,
      groupId: 'g-1',
    },
    press: { verb, target: 'g-1', version: 7, value },
    fields,
  };
}

function privateText(answer: PressAnswer): string {
  if (answer.kind !== 'reply' || answer.reply.audience !== 'private')
    throw new Error('expected a private reply');
  return answer.reply.card.summary;
}

test('an acknowledgement carries who, the version that was seen, and an id of the click', async () => {
  const { press, acted } = presser(lena);
  expect(await press('ack')).toEqual({ kind: 'done' });
  expect(acted).toEqual([
    {
      action: 'ack',
      actionId: 'slack-click-1',
      version: 7,
      by: { name: 'Lena', user: 'lena', via: 'slack' },
    },
  ]);
});

test('who may not is told so in private, and nothing is done', async () => {
  const { press, acted, asked } = presser({ allowed: false, why: 'Ask the operators for that.' });
  for (const verb of [
    'ack',
    'unack',
    'take',
    'silence',
    'unsilence',
    'remediate',
    'approve',
    'members',
    'explain',
    'run',
  ] as const) {
    expect(privateText(await press(verb, '3600000'))).toBe('Ask the operators for that.');
  }
  expect(privateText(await press('note', '', { note: 'x' }))).toBe('Ask the operators for that.');
  expect(acted).toEqual([]);
  expect(asked).toEqual([]);
});

test('who may see part of the data only acts on, and hears of, alerts of that part only', async () => {
  const others = presser(lena, { done: true }, ['team="search"']);
  for (const verb of ['ack', 'unack', 'take', 'unsilence', 'remediate', 'members', 'explain'] as const) {
    const said = privateText(await others.press(verb, 'restart'));
    expect(said).toContain('may not see');
    expect(said).not.toContain(exampleGroup().title);
  }
  expect(privateText(await others.press('silence', '3600000'))).toContain('may not see');
  expect(privateText(await others.press('note', '', { note: 'x' }))).toContain('may not see');
  expect(others.acted).toEqual([]);
  expect(others.asked).toEqual([]);
  const [[name, value]] = Object.entries(exampleGroup().members[0].labels);
  const own = presser(lena, { done: true }, [`${name}="${value}"`]);
  expect(await own.press('ack')).toEqual({ kind: 'done' });
});

test('what the service refuses is told in its words, in private', async () => {
  const refused = presser(lena, { done: false, refusal: 'resolved', text: 'It has resolved by itself.' });
  expect(privateText(await refused.press('ack'))).toBe('It has resolved by itself.');
  const broken = presser(lena, new ApiError('the service is starting', 503));
  expect(privateText(await broken.press('ack'))).toContain('the service is starting');
});

test('a silence lasts as long as the item says, or as the dialog says, with its reason', async () => {
  const { press, acted } = presser(lena);
  await press('silence', '3600000');
  await press('silence', '', { for: '7200000', note: 'being worked on' });
  expect(acted).toMatchObject([
    { action: 'silence', forMs: 3_600_000 },
    { action: 'silence', forMs: 7_200_000, note: 'being worked on' },
  ]);
  for (const wrong of ['0', '-1', 'NaN', '9e99', ''])
    expect(privateText(await press('silence', wrong))).toContain('lasts from');
  expect(acted).toHaveLength(2);
});

test('dialogs open at once; empty notes are not sent', async () => {
  const { press, acted } = presser(lena);
  expect(await press('note')).toMatchObject({
    kind: 'dialog',
    dialog: { press: { verb: 'note', version: 7 } },
  });
  expect(await press('silence_dialog')).toMatchObject({
    kind: 'dialog',
    dialog: { press: { verb: 'silence' } },
  });
  expect(privateText(await press('note', '', { note: '  ' }))).toContain('nothing');
  await press('note', '', { note: 'rolled back' });
  expect(acted).toMatchObject([{ action: 'note', note: 'rolled back' }]);
});

test('only a known user can take an alert', async () => {
  const stranger = presser({ allowed: true, name: 'Guest', user: null });
  expect(privateText(await stranger.press('take'))).toContain('alert.users');
  expect(stranger.acted).toEqual([]);
  const known = presser(lena);
  await known.press('take');
  expect(known.acted).toMatchObject([{ action: 'assign', user: 'lena' }]);
});

test('explain and run say commands', async () => {
  const { press, asked } = presser(lena);
  await press('explain');
  await press('run', 'alerts');
  expect(asked).toEqual(['explain errors:ratio', 'alerts']);
});
