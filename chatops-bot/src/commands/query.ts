import { durationText, valueText } from '../card/index.ts';
import {
  type Action,
  type Block,
  type Chart,
  type ChartLine,
  moment,
  type Reply,
  type RichText,
  rich,
  type Table,
} from '../reply/index.ts';
import { durationText as exactDuration, type Plan } from '../words/index.ts';
import { buttons, cardOf, openly, privately, promQl, runButton } from './replies.ts';
import { lastOf, linesOf, notShown, valuesOf } from './series.ts';
import type { Asked, Command } from './types.ts';
import { spoken, understand } from './understand.ts';
import { unitOf } from './unit.ts';

const POINTS = 240;
const STEP_MIN_MS = 5000;
const ROWS_UNDER_CHART = 5;

export const queryCommand: Command = {
  name: 'query',
  aliases: ['q', 'ask'],
  usage: [
    'query p95 latency by region last 6h',
    'query top 5 campaigns by clicks today vs yesterday',
    'query sum(rate(errors_total[5m]))',
  ],
  summary: 'Answers a question in plain words or PromQL.',
  deed: 'query',
  run: (asked) => answer(asked, 'query'),
};

export const chartCommand: Command = {
  name: 'chart',
  aliases: ['graph', 'plot'],
  usage: ['chart errors by device since 14:00'],
  summary: 'The same, always as a line over time.',
  deed: 'query',
  run: (asked) => answer(asked, 'chart'),
};

async function answer(asked: Asked, command: 'query' | 'chart'): Promise<Reply> {
  const understood = await understand(asked, asked.text, command);
  if ('reply' in understood) return understood.reply;
  const plan = command === 'chart' ? { ...understood.plan, instant: false } : understood.plan;
  return plan.instant ? values(asked, plan) : lines(asked, plan);
}

async function values(asked: Asked, plan: Plan): Promise<Reply> {
  const { ports, options, signal } = asked;
  const ask = (timeMs: number) =>
    ports.query.instant({ query: plan.expression, timeMs, limit: 2000, signal });
  const [{ data, warnings }, before] = await Promise.all([
    ask(plan.toMs),
    plan.offsetMs === null ? undefined : ask(plan.toMs - plan.offsetMs),
  ]);
  const found = valuesOf(data);
  if (found.length === 0) return nothing(plan, notShown(data));
  const unit = unitOf(plan.expression);
  const previous = new Map(
    before === undefined ? [] : valuesOf(before.data).map(({ key, value }) => [key, value]),
  );
  const shown = found.slice(0, options.rowsMax);
  const compared = plan.offsetMs !== null;
  const table: Table = {
    kind: 'table',
    columns: [
      { title: 'Series', align: 'left' },
      { title: 'Value', align: 'right' },
      ...(compared
        ? [
            { title: `${durationText(plan.offsetMs ?? 0)} before`, align: 'right' as const },
            { title: 'Change', align: 'right' as const },
          ]
        : []),
    ],
    rows: shown.map(({ name, value, key }) => [
      name,
      valueText(value, unit),
      ...(compared ? changeOf(value, previous.get(key), unit) : []),
    ]),
    leftOut: found.length - shown.length,
  };
  const single = found.length === 1 && !compared;
  const body: Block = single
    ? { kind: 'paragraph', text: rich(`${found[0].name}: ${valueText(found[0].value, unit)}`) }
    : table;
  return openly(
    cardOf(
      titleOf(asked),
      [
        body,
        when(plan),
        promQl(plan.expression),
        ...notes(plan, warnings, notShown(data)),
        ...more(asked, plan, [runButton('As a line', `chart ${spoken({ ...plan, instant: false })}`)]),
      ],
      `${found[0].name}: ${valueText(found[0].value, unit)}${found.length > 1 ? ` and ${found.length - 1} more` : ''}`,
    ),
  );
}

function changeOf(value: number, before: number | undefined, unit: string | null): string[] {
  if (before === undefined) return ['–', 'new'];
  const change = before === 0 ? Number.NaN : (value - before) / Math.abs(before);
  const text = Number.isFinite(change) ? `${change >= 0 ? '+' : ''}${(change * 100).toFixed(1)} %` : '–';
  return [valueText(before, unit), text];
}

/** Over time: a chart. A reply to one person only when there is nothing to draw. */
export async function lines(asked: Asked, plan: Plan): Promise<Reply> {
  const { ports, options, signal, now } = asked;
  const stepMs = stepFor(plan.toMs - plan.fromMs);
  const ask = (backMs: number) =>
    ports.query.range({
      query: plan.expression,
      fromMs: plan.fromMs - backMs,
      toMs: plan.toMs - backMs,
      stepMs,
      signal,
    });
  const [{ data, warnings }, before] = await Promise.all([
    ask(0),
    plan.offsetMs === null ? undefined : ask(plan.offsetMs),
  ]);
  const all = linesOf(data);
  if (all.length === 0) return nothing(plan, notShown(data));
  const earlier = before === undefined ? [] : shifted(linesOf(before.data), plan.offsetMs ?? 0);
  const unit = unitOf(plan.expression);
  const room = earlier.length > 0 ? Math.max(1, Math.floor(options.linesMax / 2)) : options.linesMax;
  const shown = all.slice(0, room);
  const compared = shown.flatMap(
    ({ name }) => earlier.find((line) => line.name.startsWith(`${name} (`)) ?? [],
  );
  const chart: Chart = {
    title: titleOf(asked),
    alt: altOf(all, unit),
    unit,
    fromMs: plan.fromMs,
    toMs: plan.toMs,
    timeZone: now.timeZone,
    lines: [...shown, ...compared],
    leftOut: all.length - shown.length,
    expected: null,
    band: null,
    threshold: null,
    firing: null,
    forecastFromMs: null,
  };
  const rows = all
    .slice(0, ROWS_UNDER_CHART)
    .map((line): RichText => rich(`${line.name}: ${valueText(lastOf(line), unit)}`));
  return openly(
    cardOf(
      titleOf(asked),
      [
        { kind: 'chart', chart },
        { kind: 'list', items: rows, leftOut: all.length - rows.length },
        when(plan),
        promQl(plan.expression),
        ...notes(plan, warnings, notShown(data)),
        ...more(asked, plan, [
          runButton('Forecast', `forecast ${plan.expression}`),
          runButton('Explain', `explain ${plan.expression}`),
        ]),
      ],
      altOf(all, unit),
    ),
  );
}

/** So that a chart has about as many points as it has room for, and the service does not work for more. */
export function stepFor(spanMs: number): number {
  return Math.max(STEP_MIN_MS, Math.ceil(spanMs / POINTS / 1000) * 1000);
}

function shifted(lines: readonly ChartLine[], offsetMs: number): ChartLine[] {
  return lines.map(({ name, timesMs, values }) => ({
    name: `${name} (${durationText(offsetMs)} before)`,
    timesMs: timesMs.map((atMs) => atMs + offsetMs),
    values,
  }));
}

export function titleOf({ text, question }: Asked): string {
  return (text === '' ? question.text : text).replace(/\s+/g, ' ').slice(0, 140);
}

function altOf(lines: readonly ChartLine[], unit: string | null): string {
  const [first] = lines;
  const rest = lines.length > 1 ? ` and ${lines.length - 1} more` : '';
  return `${first.name} ends at ${valueText(lastOf(first), unit)}${rest}`;
}

function when({ fromMs, toMs, instant, offsetMs }: Plan): Block {
  const compared = offsetMs === null ? '' : `, compared with ${exactDuration(offsetMs)} before`;
  return instant
    ? { kind: 'aside', text: rich('At ', moment(toMs), compared) }
    : { kind: 'aside', text: rich('From ', moment(fromMs), ' to ', moment(toMs), compared) };
}

/** What the reader has to know about the answer: words that were not understood, warnings, what is left out. */
function notes({ unexplained }: Plan, warnings: readonly string[], hidden: string): Block[] {
  const texts = [
    unexplained.length === 0 ? '' : `Not understood: ${unexplained.join(', ')}`,
    ...warnings.slice(0, 3).map((text) => `Warning: ${text.slice(0, 300)}`),
    hidden,
  ];
  return texts.filter((text) => text !== '').map((text): Block => ({ kind: 'aside', text: rich(text) }));
}

function more({ options }: Asked, { expression }: Plan, actions: readonly (Action | undefined)[]): Block[] {
  const url = `${options.publicUrl.replace(/\/+$/, '')}/#q=${encodeURIComponent(expression)}`;
  const open: Action | undefined =
    options.publicUrl === '' || url.length > 2000 ? undefined : { kind: 'link', label: 'Open', url };
  return buttons([...actions, open]);
}

function nothing(plan: Plan, why: string): Reply {
  const text = why === '' ? 'There is no data for that.' : why;
  return privately(text, [when(plan), promQl(plan.expression), ...notes(plan, [], '')]);
}
