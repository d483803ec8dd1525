import { createRequire } from 'node:module';
import { limits } from './limits.ts';
import { sizeBytes } from './render.ts';
import type { Element } from './text.ts';

interface ParsedEvent {
  readonly message: string;
}

/** The maker's parser, by its bundle: its module entry cannot be loaded by Node. */
const { AdaptiveCard, HostConfig, SerializationContext, Versions } = createRequire(import.meta.url)(
  'adaptivecards/dist/adaptivecards.js',
) as {
  AdaptiveCard: new () => {
    hostConfig: unknown;
    parse(card: unknown, context: unknown): void;
    validateProperties(): { validationEvents: ParsedEvent[] };
  };
  HostConfig: new (config: object) => unknown;
  SerializationContext: new (
    version: unknown,
  ) => { readonly eventCount: number; getEventAt(at: number): ParsedEvent };
  Versions: { readonly v1_5: unknown };
};

/** What the maker's parser does not know, replaced by something that it does: its own checks are ours, below. */
function withoutTeams(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(withoutTeams);
  if (typeof node !== 'object' || node === null) return node;
  const fields = Object.entries(node).filter(([name]) => name !== 'msteams' && name !== 'fallback');
  const copy = Object.fromEntries(fields.map(([name, value]) => [name, withoutTeams(value)]));
  return String(copy['type']).startsWith('Chart.') ? { type: 'TextBlock', text: 'chart' } : copy;
}

/** Everything that is wrong with a card; empty: it is valid. */
export function cardProblems(card: Element): string[] {
  const context = new SerializationContext(Versions.v1_5);
  const parsed = new AdaptiveCard();
  // How many it lets through is the host's: ours is below.
  parsed.hostConfig = new HostConfig({ actions: { maxActions: 100 } });
  parsed.parse(withoutTeams(card), context);
  const problems: string[] = [];
  for (let at = 0; at < context.eventCount; at++) problems.push(context.getEventAt(at).message);
  problems.push(...parsed.validateProperties().validationEvents.map(({ message }) => message));
  if (sizeBytes(card) > 80_000) problems.push(`${sizeBytes(card)} bytes`);
  if (card['version'] !== '1.5') problems.push('version');
  if (JSON.stringify(card) !== JSON.stringify(card).toWellFormed()) problems.push('half a surrogate');
  visit(card, problems);
  return problems;
}

function visit(node: unknown, problems: string[]): void {
  if (Array.isArray(node)) {
    for (const each of node) visit(each, problems);
    return;
  }
  if (typeof node !== 'object' || node === null) return;
  const element = node as Record<string, unknown>;
  problems.push(...ownProblems(element));
  for (const [name, value] of Object.entries(element)) if (name !== 'data') visit(value, problems);
}

/** What the parser lets through and Teams does not. */
function ownProblems(element: Record<string, unknown>): string[] {
  const isText = (name: string): boolean => typeof element[name] === 'string' && element[name] !== '';
  const missing = (...names: readonly string[]): string[] =>
    names.filter((name) => !isText(name)).map((name) => `${String(element['type'])} without ${name}`);
  switch (element['type']) {
    case 'Image':
      return missing('url', 'altText');
    case 'TextBlock':
    case 'TextRun':
      return missing('text');
    case 'Action.OpenUrl':
      return /^https?:/.test(String(element['url'])) ? [] : ['OpenUrl without a web address'];
    case 'Action.Execute': {
      const data = element['data'] as { action?: unknown } | undefined;
      return [
        ...missing('title', 'verb'),
        ...(data?.action === undefined ? ['Execute without data.action'] : []),
      ];
    }
    case 'ActionSet': {
      const actions = element['actions'] as readonly { mode?: string }[];
      const seen = actions.filter(({ mode }) => mode !== 'secondary').length;
      return actions.length === 0 || seen > limits.actionsSeen || actions.length > limits.actions
        ? ['number of actions']
        : [];
    }
    case 'Chart.Line':
      return chartProblems(element);
    default:
      return [];
  }
}

function chartProblems(element: Record<string, unknown>): string[] {
  const data = element['data'] as readonly { legend: string; values: readonly { x: string; y: unknown }[] }[];
  const isPoint = ({ x, y }: { x: string; y: unknown }): boolean =>
    Number.isFinite(Date.parse(x)) && Number.isFinite(y);
  const wrong = data.filter(
    ({ legend, values }) => legend === '' || values.length === 0 || !values.every(isPoint),
  );
  return [
    ...wrong.map(() => 'a line of the chart'),
    ...(data.length === 0 ? ['a chart without lines'] : []),
    ...(element['fallback'] === undefined ? ['a chart without fallback'] : []),
  ];
}
