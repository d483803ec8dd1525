import fc from 'fast-check';
import { expect, test } from 'vitest';
import { anyGroup, anyText, exampleGroup } from '../card/group.test-support.ts';
import { defaultCardOptions, groupCard, noDetails, storyCard } from '../card/index.ts';
import {
  type Action,
  type Block,
  type Card,
  type Chart,
  mention,
  moment,
  type Press,
  rich,
} from '../reply/index.ts';
import { dialogCard } from './actions.ts';
import { cardProblems } from './card-problems.test-support.ts';
import { dataOf, readData } from './press-data.ts';
import { renderCard, sizeBytes } from './render.ts';

const orNull = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(arbitrary, { nil: null });
const anyUrl = fc.constantFrom('https://example.com/a?b=c', 'http://x.test/(y)');
const anySpan = fc.oneof(
  anyText.map((text) => ({
    kind: 'text' as const,
    text,
    bold: text.length % 2 === 0,
    code: text.length % 3 === 0,
  })),
  fc.tuple(anyText, anyUrl).map(([text, url]) => ({ kind: 'link' as const, text, url })),
  fc.double().map(moment),
  fc.record({ name: anyText, platformId: orNull(anyText) }).map(mention),
);
const anyRich = fc.array(anySpan, { maxLength: 5 });
const anyPress: fc.Arbitrary<Press> = fc.record({
  verb: fc.constantFrom('ack' as const, 'silence' as const, 'run' as const),
  target: anyText,
  version: fc.nat(),
  value: anyText,
});
const anyItem = fc.record({ label: anyText, press: anyPress });
const anyAction: fc.Arbitrary<Action> = fc.oneof(
  fc.record({
    kind: fc.constant('button' as const),
    label: anyText,
    style: fc.constantFrom('primary' as const, 'danger' as const, 'plain' as const),
    press: anyPress,
  }),
  fc.record({ kind: fc.constant('link' as const), label: anyText, url: anyUrl }),
  fc.record({
    kind: fc.constant('menu' as const),
    label: anyText,
    items: fc.array(anyItem, { maxLength: 30 }),
  }),
  fc.record({ kind: fc.constant('overflow' as const), items: fc.array(anyItem, { maxLength: 8 }) }),
);
const anyLine = fc.array(fc.tuple(fc.nat(4e12), orNull(fc.double())), { maxLength: 80 }).chain((points) =>
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
  timeZone: fc.constant('UTC'),
  lines: fc.array(anyLine, { maxLength: 15 }),
  leftOut: fc.nat(100),
  expected: orNull(anyLine),
  band: fc.constant(null),
  threshold: orNull(fc.record({ value: fc.double(), direction: fc.constant('above' as const) })),
  firing: fc.constant(null),
  forecastFromMs: fc.constant(null),
});
const anyBlock: fc.Arbitrary<Block> = fc.oneof(
  fc.record({ kind: fc.constantFrom('paragraph' as const, 'aside' as const), text: anyRich }),
  fc.record({ kind: fc.constant('heading' as const), text: anyText }),
  fc.record({
    kind: fc.constant('facts' as const),
    facts: fc.array(fc.record({ name: anyText, value: anyRich }), { maxLength: 40 }),
  }),
  fc.record({
    kind: fc.constant('list' as const),
    items: fc.array(anyRich, { maxLength: 80 }),
    leftOut: fc.nat(10_000),
  }),
  fc.record({ kind: fc.constant('code' as const), text: anyText }),
  fc.record({
    kind: fc.constant('table' as const),
    columns: fc.array(
      fc.record({ title: anyText, align: fc.constantFrom('left' as const, 'right' as const) }),
      { maxLength: 14 },
    ),
    rows: fc.array(fc.array(anyText, { maxLength: 14 }), { maxLength: 80 }),
    leftOut: fc.nat(10_000),
  }),
  anyChart.map((chart) => ({ kind: 'chart' as const, chart })),
  fc.constant({ kind: 'divider' as const }),
  fc.record({ kind: fc.constant('actions' as const), actions: fc.array(anyAction, { maxLength: 12 }) }),
);
const anyCard: fc.Arbitrary<Card> = fc.record({
  tone: fc.constantFrom(
    'critical' as const,
    'error' as const,
    'warning' as const,
    'info' as const,
    'good' as const,
    'muted' as const,
  ),
  title: anyText,
  blocks: fc.array(anyBlock, { maxLength: 12 }),
  summary: anyText,
});
const picture = 'data:image/png;base64,iVBORw0KGgo=';

function problemsOf(card: Card): string[] {
  return [true, false].flatMap((nativeCharts) =>
    cardProblems(renderCard(card, { nativeCharts, pictures: [picture] })),
  );
}

test('any card is a valid Adaptive Card 1.5 of less than 80 KB', () => {
  fc.assert(
    fc.property(anyCard, (card) => {
      expect(problemsOf(card)).toEqual([]);
    }),
    { numRuns: 60 },
  );
}, 60_000);

test('any alert is one, too', () => {
  fc.assert(
    fc.property(anyGroup, (group) => {
      expect(problemsOf(groupCard(group, noDetails, defaultCardOptions))).toEqual([]);
      expect(problemsOf(storyCard(group, group.story))).toEqual([]);
    }),
    { numRuns: 60 },
  );
}, 60_000);

test('what an explanation was judged by instead is in the small print', () => {
  const note = 'In steps of 5m: too little of the past is known in steps of 1m.';
  const explanations = [{ labels: { device: 'android' }, share: 0.9, surprise: 50, expected: 1, actual: 10 }];
  const card = groupCard(exampleGroup(), { ...noDetails, explanations, note }, defaultCardOptions);
  const { body } = renderCard(card, { nativeCharts: true, pictures: [] }) as { body: readonly unknown[] };
  const small = body.map((element) => JSON.stringify(element)).find((text) => text.includes(note));
  expect(small).toContain('"isSubtle":true');
});

test('a card with very much in it keeps its buttons and says what is left out', () => {
  const rows = Array.from({ length: 500 }, (_, at) => [`🚀 series ${at} ${'x'.repeat(300)}`, '1']);
  const items = Array.from({ length: 500 }, () => rich('é'.repeat(900)));
  const press: Press = { verb: 'ack', target: 'g', version: 1, value: '' };
  const card: Card = {
    tone: 'critical',
    title: 'much',
    summary: 'much',
    blocks: [
      { kind: 'list', items, leftOut: 0 },
      {
        kind: 'table',
        columns: [
          { title: 'a', align: 'left' },
          { title: 'b', align: 'right' },
        ],
        rows,
        leftOut: 0,
      },
      { kind: 'actions', actions: [{ kind: 'button', label: 'Acknowledge', style: 'primary', press }] },
    ],
  };
  const rendered = renderCard(card, { nativeCharts: true, pictures: [] });
  expect(cardProblems(rendered)).toEqual([]);
  expect(sizeBytes(rendered)).toBeLessThan(80_000);
  expect(JSON.stringify(rendered)).toMatch(/Acknowledge/);
  expect(JSON.stringify(rendered)).toMatch(/and \d+ more/);
});

test('the checks see what is wrong', () => {
  const wrong = [
    { type: 'Nonsense' },
    { type: 'Image', altText: 'a' },
    { type: 'TextBlock', text: 'a', weight: 'Enormous' },
    { type: 'Chart.Line', data: [] },
    { type: 'TextBlock', text: 'x'.repeat(90_000) },
    { type: 'ActionSet', actions: [{ type: 'Action.Execute', title: 'a', verb: 'b' }] },
  ];
  for (const element of wrong) {
    const problems = cardProblems({ type: 'AdaptiveCard', version: '1.5', body: [element] });
    expect([element.type, problems.length > 0]).toEqual([element.type, true]);
  }
});

test('text is literal: no Markdown, no mention, no date comes out of a label', () => {
  const hostile = '**a** [b](http://evil.test) <at>all</at> {{DATE(2020-01-01T00:00:00Z)}}';
  const card: Card = {
    tone: 'info',
    title: hostile,
    summary: hostile,
    blocks: [
      { kind: 'paragraph', text: rich(hostile, moment(0)) },
      { kind: 'facts', facts: [{ name: 'x', value: rich(hostile) }] },
    ],
  };
  const { body, msteams } = renderCard(card, { nativeCharts: true, pictures: [] }) as {
    body: readonly { text?: string; facts?: readonly { value: string }[] }[];
    msteams: { entities?: unknown };
  };
  expect(msteams.entities).toBeUndefined();
  for (const text of [body[1].text ?? '', body[2].facts?.[0].value ?? '']) {
    expect(text).toContain('\\*\\*a\\*\\*');
    expect(text).not.toMatch(/\]\(http/);
    expect(text).not.toContain('<at>');
    expect(text).not.toContain('{{DATE(2020');
  }
});

test('what is pressed comes back as it was, and what is none of ours is nothing', () => {
  fc.assert(
    fc.property(anyPress, (press) => {
      expect(readData(JSON.parse(JSON.stringify(dataOf(press))))?.press).toEqual(
        JSON.parse(JSON.stringify(press)),
      );
    }),
  );
  const others = [
    null,
    7,
    'x',
    {},
    { press: { verb: 'rm', target: '', version: 0, value: '' } },
    { press: { verb: 'ack' } },
  ];
  expect(others.filter((data) => readData(data) !== undefined)).toEqual([]);
});

test('a form is a valid card with its fields', () => {
  const press: Press = { verb: 'note', target: exampleGroup().id, version: 1, value: '' };
  const card = dialogCard({
    title: 'Add a note',
    submit: 'Add',
    press,
    fields: [
      {
        kind: 'text',
        id: 'note',
        label: 'Note',
        hint: 'h',
        multiline: true,
        required: true,
        value: '',
        lengthMax: 100,
      },
      {
        kind: 'choice',
        id: 'for',
        label: 'For',
        options: [{ label: '1h', value: '3600000' }],
        value: '3600000',
      },
    ],
  });
  expect(cardProblems(card)).toEqual([]);
});
