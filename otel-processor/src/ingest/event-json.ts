import { type Fault, isFault, permanent } from '../base/index.ts';
import { EventBatch, type RefusedEvent } from '../model/index.ts';
import type { EventsConfig } from './config.ts';
import { type CandidateEvent, createEventRules } from './event-rules.ts';

/** Bytes of `POST /statbar/v1/events` to events. `nowMs` is for events that do not say when they were. */
export interface EventDecoder {
  decodeJson(bytes: Uint8Array, nowMs: number): EventBatch | Fault;
}

/** What cannot be told apart into attributes is not kept: nothing in it could be masked. */
const notAnEvent: RefusedEvent = {
  reason: 'invalid_event',
  message: 'expected an object with attributes in an object',
  name: undefined,
  timestampMs: undefined,
  id: undefined,
  source: undefined,
  attributes: [],
};

type JsonObject = Readonly<Record<string, unknown>>;

const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * A JSON array of events, a single event, or one event a line (NDJSON). An event is
 * `{"name", "timestamp"?, "id"?, "source"?, "attributes"?}`: the timestamp in milliseconds or RFC 3339. An event
 * that is wrong is refused with a reason, and its neighbours are taken.
 */
export function createEventDecoder(config: EventsConfig): EventDecoder {
  const add = createEventRules(config);
  return {
    decodeJson(bytes, nowMs) {
      const events = parseEvents(bytes);
      if (isFault(events)) return events;
      const batch = new EventBatch(events.length);
      batch.pointCount = events.length;
      events.forEach((event, point) => {
        const candidate = readEvent(event, nowMs);
        if (candidate !== undefined) add(candidate, point, nowMs, batch);
        else batch.refuse(point, notAnEvent);
      });
      return batch;
    },
  };
}

function parseEvents(bytes: Uint8Array): readonly unknown[] | Fault {
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch {
    return permanent('invalid', 'the body is not UTF-8');
  }
  const first = /\S/.exec(text)?.[0];
  if (first === undefined) return [];
  try {
    if (first === '[') return JSON.parse(text) as unknown[];
  } catch (error) {
    return permanent('invalid', `not valid JSON: ${reasonOf(error)}`);
  }
  const events: unknown[] = [];
  const lines = text.split('\n');
  for (let i = 0; i < lines.length; i++) {
    if (lines[i].trim() === '') continue;
    try {
      events.push(JSON.parse(lines[i]));
    } catch (error) {
      // A single event may be spread over lines.
      if (events.length === 0) return parseSingle(text, i + 1, error);
      return permanent('invalid', `line ${i + 1} is not valid JSON: ${reasonOf(error)}`);
    }
  }
  return events;
}

function parseSingle(text: string, line: number, why: unknown): readonly unknown[] | Fault {
  try {
    return [JSON.parse(text)];
  } catch {
    return permanent('invalid', `line ${line} is not valid JSON: ${reasonOf(why)}`);
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message.slice(0, 200) : String(error);
}

function readEvent(value: unknown, nowMs: number): CandidateEvent | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const event = value as JsonObject;
  const attributes = event['attributes'] ?? {};
  if (typeof attributes !== 'object' || Array.isArray(attributes)) return undefined;
  return {
    name: event['name'],
    timestampMs: readTime(event['timestamp'], nowMs),
    id: event['id'] ?? undefined,
    source: event['source'] ?? undefined,
    attributes: Object.entries(attributes).filter(([, each]) => each !== null),
  };
}

function readTime(value: unknown, nowMs: number): number | undefined {
  if (value === undefined || value === null) return nowMs;
  const timestampMs = typeof value === 'string' ? Date.parse(value) : value;
  if (typeof timestampMs !== 'number' || !Number.isFinite(timestampMs)) return undefined;
  return timestampMs > 0 && timestampMs < 8.64e15 ? Math.floor(timestampMs) : undefined;
}
