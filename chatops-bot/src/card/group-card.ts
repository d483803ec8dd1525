import type { AlertGroup } from '@statbar/sdk/wire';
import {
  type Block,
  bold,
  type Card,
  code,
  cutText,
  type Fact,
  moment,
  type RichText,
  rich,
  type Span,
  type Tone,
  timeOfDay,
} from '../reply/index.ts';
import { groupActions } from './actions.ts';
import { durationText, valueText } from './format.ts';
import { labelsText } from './labels.ts';
import type { CardOptions, Details } from './types.ts';

const SUMMARY_LENGTH_MAX = 600;
const EXPLANATIONS_SHOWN = 3;
const NOTE_LENGTH_MAX = 200;
const PEOPLE_SHOWN = 5;

/**
 * The card of an alert group: what is wrong, since when, how far from what was expected, what accounts for it, who takes
 * care. Pure. Times are moments, not ages: a card that nobody edits stays true.
 */
export function groupCard(group: AlertGroup, details: Details, options: CardOptions): Card {
  const hidden = new Set(options.hiddenLabels);
  const summary = cutText(group.summary, SUMMARY_LENGTH_MAX);
  const facts = factsOf(group, details, hidden);
  const blocks: Block[] = [{ kind: 'paragraph', text: stateLine(group) }];
  if (summary !== '') blocks.push({ kind: 'paragraph', text: rich(summary) });
  if (facts.length > 0) blocks.push({ kind: 'facts', facts });
  blocks.push(...memberBlocks(group, hidden, options.membersShown));
  blocks.push(...explanationBlocks(group, details));
  if (details.chart !== null) blocks.push({ kind: 'chart', chart: details.chart });
  for (const text of asides(group)) blocks.push({ kind: 'aside', text });
  blocks.push(...groupActions(group, options));
  return { tone: toneOf(group), title: group.title, blocks, summary: summaryLine(group) };
}

export function toneOf(group: AlertGroup): Tone {
  if (group.state === 'resolved') return 'good';
  return isHeldBack(group) ? 'muted' : group.severity;
}

function isHeldBack({ mutedBy, counts }: AlertGroup): boolean {
  return mutedBy.length > 0 || (counts.firing > 0 && counts.silenced + counts.inhibited >= counts.firing);
}

/** `Firing since 14:02 · critical · 3 of 4 alerts`. */
function stateLine(group: AlertGroup): RichText {
  const { counts, severity, acknowledgement } = group;
  const sinceMs = group.firedAtMs ?? group.createdAtMs;
  const many = counts.total > 1;
  if (group.state === 'resolved') {
    const endMs = group.resolvedAtMs ?? group.updatedAtMs;
    return rich(
      bold('Resolved'),
      ` after ${durationText(endMs - sinceMs)}, `,
      moment(sinceMs),
      ' to ',
      timeOfDay(endMs),
      many ? ` · ${counts.total} alerts` : '',
    );
  }
  return rich(
    bold(acknowledgement === null ? 'Firing' : 'Acknowledged'),
    acknowledgement === null ? ' since ' : ', firing since ',
    moment(sinceMs),
    ` · ${severity}`,
    many ? ` · ${counts.firing} of ${counts.total} alerts firing` : '',
  );
}

function factsOf(group: AlertGroup, { value }: Details, hidden: ReadonlySet<string>): Fact[] {
  const facts: Fact[] = [];
  const fact = (name: string, ...parts: readonly (string | Span)[]): void => {
    facts.push({ name, value: rich(...parts) });
  };
  const valueLine = valueAgainstExpected(group, value);
  if (valueLine !== undefined) fact('Value', valueLine);
  const labels = labelsText(group.commonLabels, hidden);
  if (labels !== '') fact('Where', code(labels));
  if (group.owner !== null) fact('Owner', cutText(group.owner, 100));
  if (group.assignee !== null) fact('Taken by', cutText(group.assignee, 100));
  if (group.state !== 'resolved') {
    if (group.onCall.length > 0) fact('On call', people(group.onCall));
    if (group.escalation !== null)
      facts.push({ name: 'Escalation', value: escalationText(group.escalation) });
  }
  return facts;
}

function valueAgainstExpected(group: AlertGroup, value: Details['value']): string | undefined {
  const unit = group.chart?.unit ?? null;
  const alone = group.members.length === 1 ? group.members[0].value : null;
  const actual = value?.actual ?? alone;
  if (actual === null) return undefined;
  const parts = [valueText(actual, unit)];
  if (value !== null && value.expected !== null) {
    const band =
      value.lower === null || value.upper === null
        ? ''
        : ` (${valueText(value.lower, unit)} to ${valueText(value.upper, unit)})`;
    parts.push(`expected ${valueText(value.expected, unit)}${band}`);
  }
  const threshold = group.chart?.threshold ?? null;
  if (threshold !== null) parts.push(`threshold ${valueText(threshold, unit)}`);
  return parts.join(', ');
}

function escalationText(escalation: NonNullable<AlertGroup['escalation']>): RichText {
  const { chain, stepsDone, stepCount, nextAtMs, state, paged } = escalation;
  const start = `${cutText(chain, 100)}, step ${stepsDone} of ${stepCount}`;
  const told = paged.length === 0 ? '' : `, paged ${people(paged)}`;
  if (state === 'acknowledged') return rich(`${start}${told}, stopped by the acknowledgement`);
  return nextAtMs === null ? rich(`${start}${told}`) : rich(`${start}${told}, next at `, timeOfDay(nextAtMs));
}

function people(names: readonly string[]): string {
  const shown = names.slice(0, PEOPLE_SHOWN).map((name) => cutText(name, 60));
  const more = names.length - shown.length;
  return shown.join(', ') + (more > 0 ? ` and ${more} more` : '');
}

/** What sets the members apart, the firing ones first. */
function memberBlocks(group: AlertGroup, hidden: ReadonlySet<string>, shownMax: number): Block[] {
  if (group.counts.total <= 1) return [];
  const except = new Set([...hidden, ...Object.keys(group.commonLabels)]);
  const items = group.members.slice(0, shownMax).map((member): RichText => {
    const labels = labelsText(member.labels, except) || labelsText(member.labels, hidden) || 'no labels';
    const value = member.value === null ? '' : ` ${valueText(member.value, group.chart?.unit ?? null)}`;
    const notes = [
      member.state === 'resolved' ? 'resolved' : '',
      member.silencedBy.length > 0 ? 'silenced' : '',
      member.inhibitedBy.length > 0 ? 'inhibited' : '',
      member.flapping ? 'flapping' : '',
    ].filter((note) => note !== '');
    return rich(code(labels), value, notes.length === 0 ? '' : ` (${notes.join(', ')})`);
  });
  return [{ kind: 'list', items, leftOut: Math.max(0, group.counts.total - items.length) }];
}

function explanationBlocks(group: AlertGroup, { explanations, note, related }: Details): Block[] {
  const unit = group.chart?.unit ?? null;
  const blocks: Block[] = [];
  if (explanations.length > 0) {
    blocks.push({ kind: 'paragraph', text: rich(bold('What accounts for it')) });
    const items = explanations
      .slice(0, EXPLANATIONS_SHOWN)
      .map(({ labels, share, expected, actual }) =>
        rich(
          code(labelsText(labels, new Set()) || 'everything'),
          ` ${Math.round(share * 100)} % of the change`,
          expected === null || actual === null
            ? ''
            : ` (${valueText(actual, unit)} instead of ${valueText(expected, unit)})`,
        ),
      );
    blocks.push({ kind: 'list', items, leftOut: 0 });
    if (note !== null) blocks.push({ kind: 'aside', text: rich(cutText(note, NOTE_LENGTH_MAX)) });
  }
  const first = related.find(({ leadMs }) => leadMs > 0);
  if (first !== undefined) {
    const where = labelsText(first.labels, new Set(['__name__']), 4);
    const name = where === '' ? first.signal : `${first.signal} (${where})`;
    blocks.push({
      kind: 'aside',
      text: rich('Moved first: ', code(cutText(name, 200)), `, ${durationText(first.leadMs)} earlier`),
    });
  }
  return blocks;
}

function asides(group: AlertGroup): RichText[] {
  const lines: RichText[] = [];
  const { acknowledgement, silences, mutedBy, remediations } = group;
  if (acknowledgement !== null) {
    const { by, atMs, note, untilMs } = acknowledgement;
    lines.push(
      rich(
        `Acknowledged by ${cutText(by.name, 100)} (${by.via}) at `,
        timeOfDay(atMs),
        ...(untilMs === null ? [] : [', until ', timeOfDay(untilMs)]),
        note === '' ? '' : `: ${cutText(note, 300)}`,
      ),
    );
  }
  for (const { createdBy, endsAtMs, comment } of silences.slice(0, 3)) {
    const why = comment === '' ? '' : `: ${cutText(comment, 200)}`;
    lines.push(rich('Silenced until ', moment(endsAtMs), ` by ${cutText(createdBy, 100)}${why}`));
  }
  if (silences.length > 3) lines.push(rich(`and ${silences.length - 3} more silences`));
  if (mutedBy.length > 0) lines.push(rich(`Held back by mute timing ${people(mutedBy)}`));
  for (const { title, state, outcome } of remediations.slice(0, 5)) {
    if (state === 'offered') continue;
    const came = outcome === '' ? '' : `: ${cutText(outcome, 300)}`;
    lines.push(rich(`${cutText(title, 100)}: ${state.replaceAll('_', ' ')}${came}`));
  }
  return lines;
}

function summaryLine(group: AlertGroup): string {
  const state =
    group.state === 'resolved' ? 'Resolved' : group.acknowledgement === null ? 'Firing' : 'Acknowledged';
  const text = group.summary === '' ? '' : `: ${group.summary}`;
  return cutText(`${state}: ${group.title}${text}`, 300);
}
