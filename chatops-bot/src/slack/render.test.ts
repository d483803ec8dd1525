import fc from 'fast-check';
import { expect, test } from 'vitest';
import { anyGroup, anyText, exampleGroup } from '../card/group.test-support.ts';
import {
  type Details,
  defaultCardOptions,
  digestCard,
  groupCard,
  noDetails,
  pageCard,
  storyCard,
} from '../card/index.ts';
import { type Card, type Chart, rich } from '../reply/index.ts';
import { codePoints } from './limits.ts';
import { decodePress, encodePress } from './press-code.ts';
import { renderCard } from './render.ts';
import { blockProblems } from './validate-blocks.ts';

const orNull = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(arbitrary, { nil: null });
const anyLine = fc.array(fc.tuple(fc.nat(4e12), orNull(fc.double())), { maxLength: 60 }).chain((points) =>
  anyText.map((name) => ({
    name,
    timesMs: points.map(([t]) => t).sort((a, b) => a - b),
    values: points.map(([, v]) => v),
  })),
);
const anyChart: fc.Arbitrary<Chart> = fc.record({
  title: anyText,
  alt: anyText,
  unit: orNull(anyText),
  fromMs: fc.nat(4e12),
  toMs: fc.nat(4e12),
  timeZone: fc.constantFrom('UTC', 'Europe/Berlin', 'nowhere', ''),
  lines: fc.array(anyLine, { maxLength: 15 }),
  leftOut: fc.nat(100),
  expected: orNull(anyLine),
  band: fc.constant(null),
  threshold: orNull(fc.record({ value: fc.double(), direction: fc.constant('above' as const) })),
  firing: fc.constant(null),
  forecastFromMs: fc.constant(null),
});
const anyExplanation = fc.record({
  labels: fc.dictionary(anyText, anyText, { maxKeys: 5 }),
  share: fc.double(),
  surprise: fc.double(),
  expected: orNull(fc.double()),
  actual: orNull(fc.double()),
});
const anyDetails: fc.Arbitrary<Details> = fc.record({
  value: orNull(
    fc.record({
      actual: fc.double(),
      expected: orNull(fc.double()),
      lower: orNull(fc.double()),
      upper: orNull(fc.double()),
    }),
  ),
  explanations: fc.array(anyExplanation, { maxLength: 5 }),
  note: orNull(anyText),
  related: fc.constant([]),
  chart: orNull(anyChart),
});

function problemsOf(card: Card): string[] {
  return [true, false].flatMap((nativeCharts) => {
    const { blocks, text } = renderCard(card, { nativeCharts });
    const problems = blockProblems(blocks);
    if (text === '' || codePoints(text) > 4000) problems.push('text');
    return problems;
  });
}

test('any alert group gives blocks that Slack takes', () => {
  fc.assert(
    fc.property(anyGroup, anyDetails, (group, details) => {
      expect(problemsOf(groupCard(group, details, defaultCardOptions))).toEqual([]);
      expect(problemsOf(storyCard(group, group.story))).toEqual([]);
    }),
    { numRuns: 300 },
  );
});

test('any page and any digest give blocks that Slack takes', () => {
  const anyMention = fc.record({
    name: anyText,
    email: fc.constant(null),
    platformId: orNull(fc.oneof(anyText, fc.constant('U012ABCDEF'))),
  });
  const anyTitle = fc.record({
    title: anyText,
    count: fc.nat(),
    firing: fc.nat(),
    id: anyText,
    state: anyText,
    url: fc.oneof(fc.webUrl(), anyText),
  });
  fc.assert(
    fc.property(
      fc.array(anyMention, { maxLength: 30 }),
      anyText,
      fc.array(anyTitle, { maxLength: 20 }),
      (mentions, text, titles) => {
        expect(problemsOf(pageCard(null, mentions, text))).toEqual([]);
        const digest = {
          sinceMs: 1,
          untilMs: null,
          groupCount: 9,
          firingCount: 3,
          resolvedCount: 6,
          titles,
          groups: titles,
        };
        expect(problemsOf(digestCard(digest))).toEqual([]);
      },
    ),
  );
});

const anyRich = fc.array(
  fc.oneof(
    fc.record({
      kind: fc.constant('text' as const),
      text: anyText,
      bold: fc.boolean(),
      italic: fc.boolean(),
      code: fc.boolean(),
    }),
    fc.record({ kind: fc.constant('link' as const), text: anyText, url: fc.webUrl() }),
    fc.record({ kind: fc.constant('time' as const), atMs: fc.double(), form: fc.constant('time' as const) }),
  ),
  { maxLength: 8 },
);
const anyPress = fc.record({
  verb: fc.constantFrom('ack' as const, 'run' as const),
  target: fc.stringMatching(/^[a-z0-9-]{0,40}$/),
  version: fc.nat(),
  value: anyText,
});
const anyItem = fc.record({ label: anyText, press: anyPress });
const anyCard: fc.Arbitrary<Card> = fc.record({
  tone: fc.constantFrom('critical' as const, 'good' as const, 'info' as const),
  title: anyText,
  summary: anyText,
  blocks: fc.array(
    fc.oneof(
      fc.record({ kind: fc.constantFrom('paragraph' as const, 'aside' as const), text: anyRich }),
      fc.record({ kind: fc.constantFrom('heading' as const, 'code' as const), text: anyText }),
      fc.record({ kind: fc.constant('list' as const), items: fc.array(anyRich), leftOut: fc.nat() }),
      fc.record({
        kind: fc.constant('facts' as const),
        facts: fc.array(fc.record({ name: anyText, value: anyRich })),
      }),
      fc.record({
        kind: fc.constant('table' as const),
        columns: fc.array(
          fc.record({ title: anyText, align: fc.constantFrom('left' as const, 'right' as const) }),
          { maxLength: 30 },
        ),
        rows: fc.array(fc.array(anyText, { maxLength: 30 }), { maxLength: 150 }),
        leftOut: fc.nat(),
      }),
      fc.record({ kind: fc.constant('chart' as const), chart: anyChart }),
      fc.record({
        kind: fc.constant('actions' as const),
        actions: fc.array(
          fc.oneof(
            fc.record({
              kind: fc.constant('button' as const),
              label: anyText,
              style: fc.constantFrom('primary' as const, 'plain' as const),
              press: anyPress,
            }),
            fc.record({
              kind: fc.constant('link' as const),
              label: anyText,
              url: fc.oneof(fc.webUrl(), anyText),
            }),
            fc.record({
              kind: fc.constantFrom('menu' as const, 'overflow' as const),
              label: anyText,
              items: fc.array(anyItem, { maxLength: 120 }),
            }),
          ),
          { maxLength: 40 },
        ),
      }),
    ),
    { maxLength: 80 },
  ),
});

test('any card gives blocks that Slack takes', () => {
  fc.assert(
    fc.property(anyCard, (card) => {
      expect(problemsOf(card)).toEqual([]);
    }),
    { numRuns: 200 },
  );
});

test('what is pressed comes back as it was', () => {
  fc.assert(
    fc.property(anyPress, (press) => {
      expect(decodePress(encodePress(press))).toEqual({ ...press, value: press.value.toWellFormed() });
    }),
  );
});

test('nothing that an alert says mentions anybody or becomes a link', () => {
  const evil = '<!channel> <@U0123456789> <https://evil.example|click>';
  const group = exampleGroup({
    title: evil,
    summary: evil,
    commonLabels: { where: evil },
    acknowledgement: { by: { name: evil, user: null, via: 'slack' }, atMs: 1, note: evil, untilMs: null },
    silences: [{ id: 's', createdBy: evil, comment: evil, startsAtMs: 0, endsAtMs: 1 }],
  });
  const { blocks, text } = renderCard(groupCard(group, noDetails, defaultCardOptions), {
    nativeCharts: true,
  });
  expect(text).not.toMatch(/<[!@h]/);
  const kinds = new Set<string>();
  JSON.stringify(blocks, (key, value) => {
    if (key === 'type') kinds.add(value);
    return value;
  });
  expect([...kinds]).not.toContain('user');
  expect([...kinds]).not.toContain('link');
  for (const block of blocks) {
    if (block.type === 'context') expect(JSON.stringify(block)).not.toMatch(/<(!(?!date)|@|http)/);
  }
});

test('what an explanation was judged by instead is in the small print, and only where there is one', () => {
  const note = 'In steps of 5m: too little of the past is known in steps of 1m.';
  const explanations = [{ labels: { device: 'android' }, share: 0.9, surprise: 50, expected: 1, actual: 10 }];
  const rendered = (details: Partial<Details>) =>
    renderCard(groupCard(exampleGroup(), { ...noDetails, ...details }, defaultCardOptions), {
      nativeCharts: false,
    }).blocks;
  const small = rendered({ explanations, note }).filter(({ type }) => type === 'context');
  expect(JSON.stringify(small)).toContain(note);
  expect(JSON.stringify(rendered({ note }))).not.toContain(note);
});

test('the validator names what Slack would refuse', () => {
  const button = { type: 'button', action_id: 'a', text: { type: 'plain_text', text: 'x'.repeat(76) } };
  expect(blockProblems([{ type: 'actions', elements: [button, button] }])).toEqual([
    'blocks[0].elements[0].text.text: 76 characters, at most 75',
    'blocks[0].elements[1].text.text: 76 characters, at most 75',
    'blocks[0].elements[1].action_id: is there twice',
  ]);
  expect(blockProblems([{ type: 'header', text: { type: 'mrkdwn', text: '' } }])).toHaveLength(2);
  expect(blockProblems(Array.from({ length: 51 }, () => ({ type: 'divider' })))).toEqual([
    'blocks: 51 blocks, at most 50',
  ]);
  expect(blockProblems([{ type: 'section' }, { type: 'nonsense' }, 7])).toHaveLength(3);
  expect(
    blockProblems([
      renderCard(
        { tone: 'info', title: '', summary: '', blocks: [{ kind: 'aside', text: rich('x') }] },
        { nativeCharts: false },
      ).blocks[0],
    ]),
  ).toEqual([]);
});
