import { restricted } from '../permissions/index.ts';
import { code, type Reply, rich } from '../reply/index.ts';
import { type Plan, type Resolution, resolve } from '../words/index.ts';
import { buttons, cardOf, openly, privately, runButton } from './replies.ts';
import type { Asked } from './types.ts';

/** A plan that may run, or what to say instead. */
export type Understood = { readonly plan: Plan } | { readonly reply: Reply };

/** What is asked, as a plan: by the grammar, then by the planner if there is one, within the data that the asker may see. */
export async function understand(asked: Asked, text: string, command: string): Promise<Understood> {
  const { ports, now } = asked;
  if (text.trim() === '') {
    return {
      reply: privately(`What shall I look at? For example: ${command} p95 latency by region last 6h`),
    };
  }
  const index = await ports.vocabulary.index();
  let resolution: Resolution = resolve(text, index, now);
  if (resolution.kind === 'unknown' && ports.planner !== null) {
    const proposed = await ports.planner.propose(text, index, now);
    if (proposed !== undefined) resolution = { kind: 'plan', plan: proposed };
  }
  ports.counters.add('statbar_chat_questions_total', resolution.kind);
  if (resolution.kind === 'plan') return permitted(asked, resolution.plan);
  if (resolution.kind === 'ambiguous') return { reply: whichOne(resolution.plans, command) };
  return { reply: notUnderstood(text, resolution.near, command) };
}

function permitted({ data }: Asked, plan: Plan): Understood {
  const expression = restricted(plan.expression, data);
  if (expression !== undefined) return { plan: { ...plan, expression } };
  return {
    reply: privately(
      'Sorry, you may see part of the data only, and I cannot be certain that this stays within it. Try it in other words.',
    ),
  };
}

/** Asks back: a button for each reading. */
function whichOne(plans: readonly Plan[], command: string): Reply {
  const items = plans.map(({ expression }) => rich(code(expression)));
  const card = cardOf(
    'Which one do you mean?',
    [
      { kind: 'list', items, leftOut: 0 },
      ...buttons(plans.map((plan) => runButton(labelOf(plan, plans), `${command} ${spoken(plan)}`))),
    ],
    `Which one do you mean? ${plans.map(({ metric }) => metric).join(', ')}`,
  );
  return openly(card);
}

function labelOf(plan: Plan, plans: readonly Plan[]): string {
  const same = plans.filter(({ metric }) => metric === plan.metric);
  return same.length === 1 ? plan.metric : `${plan.metric} (${same.indexOf(plan) + 1})`;
}

/** The plan as a command that means just this. */
export function spoken({ expression, fromMs, toMs, instant, offsetMs }: Plan): string {
  const iso = (atMs: number): string => `${new Date(atMs).toISOString().slice(0, 19)}Z`;
  const time = instant ? `at ${iso(toMs)}` : `from ${iso(fromMs)} to ${iso(toMs)}`;
  const comparison = offsetMs === null ? '' : ` vs ${Math.round(offsetMs / 1000)}s`;
  return `${expression} ${time}${comparison}`;
}

function notUnderstood(text: string, near: readonly string[], command: string): Reply {
  if (near.length === 0) {
    return privately(
      `I know no metric for "${text.slice(0, 200)}". Name a metric, a label or a value, or give PromQL: ${command} sum(rate(http_requests_total[5m]))`,
    );
  }
  return privately(
    `I did not understand all of "${text.slice(0, 200)}". Did you mean one of these?`,
    buttons(near.map((name) => runButton(name, `${command} ${name}`))),
  );
}
