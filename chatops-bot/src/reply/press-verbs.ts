import type { PressVerb } from './types.ts';

/** Written as a record, so that the compiler misses a verb that is left out: a platform would drop its presses in silence. */
const verbs: Readonly<Record<PressVerb, true>> = {
  ack: true,
  unack: true,
  silence: true,
  unsilence: true,
  take: true,
  note: true,
  silence_dialog: true,
  remediate: true,
  approve: true,
  members: true,
  explain: true,
  run: true,
};

/** Whether what came back from a platform names a press of ours. */
export function isPressVerb(text: string): text is PressVerb {
  return Object.hasOwn(verbs, text);
}
