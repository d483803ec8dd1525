import type { AttributeValue, EventBatch } from '../model/index.ts';
import type { EventsConfig } from './config.ts';
import { createSchemaCheck, type Refusal } from './event-schema.ts';

/** An event as a client sent it; nothing about it is known to be right. */
export interface CandidateEvent {
  readonly name: unknown;
  /** Undefined when it could not be read. */
  readonly timestampMs: number | undefined;
  readonly id: unknown;
  readonly source: unknown;
  readonly attributes: ReadonlyArray<readonly [string, unknown]>;
}

/** Adds a candidate to the batch, or refuses point `point` of the request with a reason. */
export type AddEvent = (candidate: CandidateEvent, point: number, nowMs: number, batch: EventBatch) => void;

/** The rules for events, whatever protocol they came by. */
export function createEventRules(config: EventsConfig): AddEvent {
  const checkSchema = createSchemaCheck(config.schemas);
  const problem = (candidate: CandidateEvent, nowMs: number): Refusal | undefined => {
    const head = headProblem(candidate, nowMs, config);
    if (head !== undefined) return head;
    const wrong = attributeProblem(candidate.attributes, config);
    if (wrong !== undefined) return { ...wrong, message: `${candidate.name}: ${wrong.message}` };
    const name = candidate.name as string;
    const attributes = candidate.attributes as ReadonlyArray<readonly [string, AttributeValue]>;
    const violation = checkSchema(name, attributes);
    return violation === undefined ? undefined : { ...violation, message: `${name}: ${violation.message}` };
  };
  return (candidate, point, nowMs, batch) => {
    const refusal = problem(candidate, nowMs);
    if (refusal !== undefined) {
      batch.refuse(point, { ...refusal, ...candidate });
      return;
    }
    const { name, timestampMs, source, id, attributes } = candidate;
    batch.add(name as string, timestampMs!, typeof source === 'string' ? source : '');
    if (typeof id === 'string') batch.setId(id);
    for (const [attribute, value] of attributes) batch.set(attribute, value as AttributeValue);
  };
}

function headProblem(
  { name, timestampMs, id, source }: CandidateEvent,
  nowMs: number,
  config: EventsConfig,
): Refusal | undefined {
  const lengthMax = config.name_length_max;
  const isText = (value: unknown): boolean =>
    typeof value === 'string' && value !== '' && value.length <= lengthMax;
  const invalid = (key: string, value: unknown): Refusal => ({
    reason: typeof value === 'string' && value !== '' ? 'too_large' : 'invalid_event',
    message: `${key} must be a text of 1 to ${lengthMax} characters (limit: events.name_length_max)`,
  });
  if (!isText(name)) return invalid('name', name);
  if (id !== undefined && !isText(id)) return invalid(`id of ${name}`, id);
  if (source !== undefined && source !== '' && !isText(source)) return invalid(`source of ${name}`, source);
  if (timestampMs === undefined) {
    const message = `timestamp of ${name} must be milliseconds since the epoch or a time such as 2026-01-31T12:00:00Z`;
    return { reason: 'invalid_timestamp', message };
  }
  if (timestampMs <= nowMs + config.future_max) return undefined;
  const aheadSeconds = Math.round((timestampMs - nowMs) / 1000);
  return {
    reason: 'too_far_in_future',
    message: `${name} is ${aheadSeconds} s ahead of the clock (limit: events.future_max)`,
  };
}

/** What is wrong with the attributes as such, whatever the event. */
function attributeProblem(
  attributes: ReadonlyArray<readonly [string, unknown]>,
  config: EventsConfig,
): Refusal | undefined {
  const tooLarge = (message: string): Refusal => ({ reason: 'too_large', message });
  const invalid = (message: string): Refusal => ({ reason: 'invalid_attribute', message });
  if (attributes.length > config.attributes_max) {
    return tooLarge(
      `${attributes.length} attributes are more than events.attributes_max (${config.attributes_max})`,
    );
  }
  for (const [attribute, value] of attributes) {
    if (attribute === '') return invalid('an attribute has no name');
    if (attribute.length > config.name_length_max) {
      const shown = JSON.stringify(attribute.slice(0, 40));
      return tooLarge(
        `the attribute name ${shown}... has ${attribute.length} characters, more than events.name_length_max (${config.name_length_max})`,
      );
    }
    const shown = attribute.slice(0, 80);
    if (typeof value === 'string') {
      if (value.length <= config.text_length_max) continue;
      return tooLarge(
        `${shown} has ${value.length} characters, more than events.text_length_max (${config.text_length_max})`,
      );
    }
    if (typeof value !== 'boolean' && !(typeof value === 'number' && Number.isFinite(value))) {
      return invalid(`${shown} must be a text, a number, true or false`);
    }
  }
  return undefined;
}
