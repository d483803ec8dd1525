import type { Rejections } from '../model/index.ts';
import type { Outcome } from './outcome.ts';
import { ok } from './outcome.ts';
import type { Step } from './parse.ts';

/** The lines under a step that are data. */
export function dataLines(step: Step): readonly string[] {
  return step.body.filter((line) => !line.startsWith('expect '));
}

/** `expect rejected N REASON` lines must name exactly what was refused. */
export function checkRejected(
  step: Step,
  batches: readonly { readonly rejections: Pick<Rejections, 'counts' | 'examples'> }[],
): Outcome {
  const actual = new Map<string, number>();
  const examples: string[] = [];
  for (const { rejections } of batches) {
    for (const [reason, count] of rejections.counts) actual.set(reason, (actual.get(reason) ?? 0) + count);
    examples.push(...rejections.examples.values());
  }
  const given = [...actual].map(([reason, count]) => `expect rejected ${count} ${reason}`);
  const wanted = step.body.filter((line) => line.startsWith('expect '));
  if (wanted.length === given.length && wanted.every((line) => given.includes(line))) return ok;
  const refused = given.map((line) => line.slice('expect rejected '.length)).join(', ');
  return {
    failure: [`refused: ${refused || 'nothing'}`, ...examples].join('\n'),
    body: [...dataLines(step), ...given],
  };
}
