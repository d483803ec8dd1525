import type { AttributeValue } from '../model/index.ts';
import { unquote } from '../query/index.ts';
import { parseTime } from './timed-value.ts';

/** One event of a script, in the shape of `POST /statbar/v1/events`. */
export interface ScriptEvent {
  readonly name: string;
  readonly timestamp: number;
  readonly source?: string;
  readonly id?: string;
  readonly attributes: Readonly<Record<string, AttributeValue>>;
}

/** Events that one line may stand for. */
const EVENTS_MAX = 100_000;

/**
 * `NAME{attribute="text", attribute=3, attribute=true} @TIME source=S id=I`. A time `FROM..TO/STEP` stands for one
 * event at each step, ends included.
 */
export function parseEventLine(line: string): ScriptEvent[] {
  const name = /^[^\s{@]+/.exec(line)?.[0];
  if (name === undefined) throw new Error(`not an event: ${line}`);
  const { attributes, rest } = parseAttributes(line.slice(name.length).trimStart());
  const tail = /^\s*@(\S+)((?:\s+(?:source|id)=\S+)*)\s*$/.exec(rest);
  if (tail === null) throw new Error(`expected @TIME after the event: ${line}`);
  const more = Object.fromEntries(
    [...tail[2].matchAll(/(source|id)=(\S+)/g)].map(([, key, value]) => [key, value]),
  );
  return timesOf(tail[1]).map((timestamp) => ({ name, timestamp, ...more, attributes }));
}

function parseAttributes(text: string): { attributes: Record<string, AttributeValue>; rest: string } {
  const attributes: Record<string, AttributeValue> = {};
  if (!text.startsWith('{')) return { attributes, rest: text };
  const pair = /\s*([^\s=,{}"]+)\s*=\s*("(?:[^"\\]|\\.)*"|[^\s,}"]+)\s*(,|(?=\}))/y;
  pair.lastIndex = 1;
  while (!/^\s*\}/.test(text.slice(pair.lastIndex))) {
    const from = pair.lastIndex;
    const match = pair.exec(text);
    if (match === null) throw new Error(`not an attribute: ${text.slice(from)}`);
    attributes[match[1]] = attributeOf(match[2]);
  }
  return { attributes, rest: text.slice(text.indexOf('}', pair.lastIndex) + 1) };
}

function attributeOf(text: string): AttributeValue {
  if (text.startsWith('"')) return unquote(text);
  if (text === 'true' || text === 'false') return text === 'true';
  const number = Number(text);
  if (Number.isNaN(number)) throw new Error(`not a text in quotes, a number, true or false: ${text}`);
  return number;
}

function timesOf(text: string): number[] {
  const range = /^(.+?)\.\.(.+)\/(.+)$/.exec(text);
  if (range === null) return [parseTime(text)];
  const [fromMs, toMs, stepMs] = range.slice(1).map(parseTime);
  if (!(stepMs > 0) || (toMs - fromMs) / stepMs >= EVENTS_MAX)
    throw new Error(`not a time, or more than ${EVENTS_MAX} events: ${text}`);
  const times: number[] = [];
  for (let timeMs = fromMs; timeMs <= toMs; timeMs += stepMs) times.push(timeMs);
  return times;
}
