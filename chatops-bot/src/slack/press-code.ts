import { isPressVerb, type Press } from '../reply/index.ts';
import { codePoints, limits } from './limits.ts';

/** What every `action_id` of ours begins with. */
export const ACTION_PREFIX = 'statbar:';

/** `ack|12|0a1b-7|`: what is pressed, as the `value` of a button or an option. */
export function encodePress({ verb, version, target, value }: Press): string {
  return `${verb}|${version}|${target}|${value.toWellFormed()}`;
}

/** Undefined: it is none of ours. */
export function decodePress(text: string): Press | undefined {
  const match = /^([a-z_]+)\|(\d{1,15})\|([^|]*)\|([\s\S]*)$/.exec(text);
  const verb = match?.[1];
  if (match === null || verb === undefined || !isPressVerb(verb)) return undefined;
  return { verb, version: Number(match[2]), target: match[3], value: match[4] };
}

export function fitsOption(press: Press): boolean {
  return codePoints(encodePress(press)) <= limits.optionValue;
}

export function fitsButton(press: Press): boolean {
  return codePoints(encodePress(press)) <= limits.buttonValue;
}
