import type { Step } from './parse.ts';
import type { World } from './world.ts';

/** What a step did. */
export interface Outcome {
  readonly failure?: string;
  /** What the script should say under the step, for updates. */
  readonly body?: readonly string[];
  /** What the step's own line should be, for updates. */
  readonly line?: string;
}

export type Command = (world: World, args: string, step: Step) => Promise<Outcome>;

export const ok: Outcome = {};

/** YAML needs its indentation: the body as it stands in the script. */
export function unindented(step: Step): string {
  return step.rawBody.join('\n');
}
