import type { AlertGroup, Episode } from '@statbar/sdk/wire';
import { episodeLine, groupLine } from '../commands/index.ts';
import {
  type Block,
  type Card,
  type Chart,
  code,
  cutText,
  type Fact,
  moment,
  type RichText,
  rich,
} from '../reply/index.ts';
import type { DashboardLink } from './read-link.ts';

const SHOWN = 5;
const VARIABLES_SHOWN = 8;

/** What is known about what a dashboard shows; null: it could not be found out. */
export interface DashboardFindings {
  readonly title: string;
  /** Title of the panel; empty: it is not known, or there is none. */
  readonly panel: string;
  readonly alerts: readonly AlertGroup[] | null;
  readonly anomalies: readonly Episode[] | null;
  readonly chart: Chart | null;
}

/** The card of a link to a dashboard: which one, which part of it, and what is the matter with that. Pure. */
export function dashboardCard(link: DashboardLink, findings: DashboardFindings): Card {
  const { panel, alerts, anomalies, chart } = findings;
  const title = panel === '' ? findings.title : `${findings.title}: ${panel}`;
  const facts = factsOf(link, panel !== '');
  const blocks: Block[] = facts.length === 0 ? [] : [{ kind: 'facts', facts }];
  if (chart !== null) blocks.push({ kind: 'chart', chart });
  blocks.push(...listed('Firing there', alerts ?? [], groupLine));
  blocks.push(...listed('Not as expected there', anomalies ?? [], episodeLine));
  const quiet = alerts?.length === 0 && anomalies?.length === 0;
  if (quiet)
    blocks.push({ kind: 'aside', text: rich('Nothing that is known of is firing or unusual there.') });
  if (alerts === null || anomalies === null)
    blocks.push({ kind: 'aside', text: rich('The service cannot be asked what is firing there.') });
  const count = alerts?.length ?? 0;
  return {
    tone: toneOf(alerts ?? [], anomalies ?? []),
    title: cutText(title, 140),
    blocks,
    summary: cutText(`Dashboard ${title}${count === 0 ? '' : `: ${count} alerts are firing there`}`, 300),
  };
}

/** The title that an address has, as words: `chat-operations`. */
export function titleOfSlug(slug: string): string {
  let text = slug;
  try {
    text = decodeURIComponent(slug);
  } catch {
    // As it is, then.
  }
  const words = text.replace(/[-_+]+/g, ' ').trim();
  return words === '' ? '' : words[0].toUpperCase() + words.slice(1);
}

function toneOf(alerts: readonly AlertGroup[], anomalies: readonly Episode[]): Card['tone'] {
  for (const severity of ['critical', 'error', 'warning'] as const) {
    if (alerts.some((group) => group.severity === severity)) return severity;
  }
  return anomalies.length > 0 ? 'warning' : 'info';
}

function factsOf({ span, variables, panel }: DashboardLink, hasTitle: boolean): Fact[] {
  const facts: Fact[] = [];
  if (span !== undefined)
    facts.push({ name: 'Time', value: rich(moment(span.fromMs), ' to ', moment(span.toMs)) });
  if (panel !== undefined && !hasTitle) facts.push({ name: 'Panel', value: rich(panel.slice(0, 60)) });
  for (const [name, values] of [...variables].slice(0, VARIABLES_SHOWN)) {
    facts.push({ name: cutText(name, 60), value: rich(code(cutText(values.join(', '), 200))) });
  }
  return facts;
}

function listed<T>(heading: string, all: readonly T[], lineOf: (each: T) => RichText): Block[] {
  if (all.length === 0) return [];
  const items = all.slice(0, SHOWN).map(lineOf);
  return [
    { kind: 'heading', text: heading },
    { kind: 'list', items, leftOut: all.length - items.length },
  ];
}
