import { commands } from './commands.ts';
import { type Outcome, ok } from './outcome.ts';
import { parseSteps, type Step } from './parse.ts';
import { type ScriptPlace, World } from './world.ts';

export interface Failure {
  readonly line: number;
  readonly text: string;
  readonly message: string;
}

export interface ScriptResult {
  readonly failures: readonly Failure[];
  /** Steps that check something. */
  readonly checkCount: number;
  /** The script as it would be right, for review. */
  readonly updated: string;
}

/** Commands that check something by themselves. */
const checks: ReadonlySet<string> = new Set(['eval', 'expect', 'at']);

/**
 * Runs a script against one tenant of the service as it is (pipeline, store, events, views, rules, queries), under a
 * clock that starts at 0 and that only the script moves. Goes on after a failed check, not after an error.
 */
export async function runScript(script: string, place: ScriptPlace): Promise<ScriptResult> {
  const steps = parseSteps(script);
  const failures: Failure[] = [];
  const updates = new Map<Step, Outcome>();
  let checkCount = 0;
  const world = new World(place);
  try {
    await world.open();
    for (const step of steps) {
      const [, name, args] = /^(\S+)\s*(.*)$/.exec(step.text) ?? ['', '', ''];
      if (checks.has(name) || step.body.some((line) => line.startsWith('expect '))) checkCount += 1;
      const fail = (message: string): void =>
        void failures.push({ line: step.line, text: step.text, message });
      if (!Object.hasOwn(commands, name)) {
        fail(`no such command (there are ${Object.keys(commands).join(', ')})`);
        break;
      }
      try {
        const outcome = await commands[name](world, args, step);
        if (outcome.failure !== undefined) fail(outcome.failure);
        updates.set(step, outcome);
        // What cannot be done leaves nothing to go on with; an expectation that is not met does.
        if (outcome.failure !== undefined && outcome.body === undefined && !checks.has(name)) break;
      } catch (error) {
        fail(error instanceof Error ? error.message : String(error));
        break;
      }
    }
  } finally {
    await world.close();
  }
  return { failures, checkCount, updated: rewrite(script, steps, updates) };
}

/** The script with what some steps say replaced; comments inside those are lost. */
function rewrite(script: string, steps: readonly Step[], updates: ReadonlyMap<Step, Outcome>): string {
  const lines = script.split('\n');
  for (const step of [...steps].reverse()) {
    const { body, line } = updates.get(step) ?? ok;
    if (body !== undefined) lines.splice(step.line, step.lineCount - 1, ...body.map((each) => `  ${each}`));
    if (line !== undefined) lines[step.line - 1] = line;
  }
  return lines.join('\n');
}

export function formatFailure({ line, text, message }: Failure): string {
  return `line ${line}: ${text}\n${message.replace(/^/gm, '    ')}`;
}
