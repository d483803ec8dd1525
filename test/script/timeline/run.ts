import { commands } from './commands.ts';
import { parseSteps, type Step } from './parse.ts';
import { World } from './world.ts';

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

/**
 * Runs a script against the real pipeline, store (on disk, in a folder of its own) and query engine, under a
 * clock that starts at 0 and that only the script moves. Goes on after a failed check, not after an error.
 */
export async function runScript(script: string): Promise<ScriptResult> {
  const steps = parseSteps(script);
  const failures: Failure[] = [];
  const bodies = new Map<Step, readonly string[]>();
  let checkCount = 0;
  const world = new World();
  try {
    await world.open();
    for (const step of steps) {
      const [, name, args] = /^(\S+)\s*(.*)$/.exec(step.text) ?? ['', '', ''];
      if (name === 'eval' || name === 'expect' || step.body.some((line) => line.startsWith('expect ')))
        checkCount += 1;
      const fail = (message: string): void =>
        void failures.push({ line: step.line, text: step.text, message });
      if (!Object.hasOwn(commands, name)) {
        fail(`no such command (there are ${Object.keys(commands).join(', ')})`);
        break;
      }
      try {
        const { failure, body } = await commands[name](world, args, step);
        if (failure !== undefined) fail(failure);
        if (body !== undefined) bodies.set(step, body);
      } catch (error) {
        fail(error instanceof Error ? error.message : String(error));
        break;
      }
    }
  } finally {
    await world.end();
  }
  return { failures, checkCount, updated: rewrite(script, steps, bodies) };
}

/** The script with the bodies of some steps replaced; comments inside those are lost. */
function rewrite(
  script: string,
  steps: readonly Step[],
  bodies: ReadonlyMap<Step, readonly string[]>,
): string {
  const lines = script.split('\n');
  for (const step of [...steps].reverse()) {
    const body = bodies.get(step);
    if (body !== undefined) lines.splice(step.line, step.lineCount - 1, ...body.map((line) => `  ${line}`));
  }
  return lines.join('\n');
}

export function formatFailure({ line, text, message }: Failure): string {
  return `line ${line}: ${text}\n${message.replace(/^/gm, '    ')}`;
}
