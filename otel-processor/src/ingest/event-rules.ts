import type { AttributeValue, EventBatch, RejectReason } from '../model/index.ts';
import type { EventsConfig } from './config.ts';
import { createSchemaCheck } from './event-schema.ts';

/** An event as a client sent it; nothing about it is known to be right. */
export interface CandidateEvent {
  readonly name: unknown;
  /** Undefined when it could not be read. */
  readonly timestampMs: number | undefined;
  readonly id: unknown;
  readonly source: unknown;
  readonly attributes: ReadonlyArray<readonly [string, unknown]>;
}

export interface Refusal {
  readonly reason: RejectReason;
  readonly message: string;
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
    if (wrong !== undefined) return { reason: 'invalid_attribute', message: `${candidate.name}: ${wrong}` };
    const name = candidate.name as string;
    const attributes = candidate.attributes as ReadonlyArray<readonly [string, AttributeValue]>;
    const violation = checkSchema(name, attributes);
    return violation === undefined ? undefined : { reason: 'schema', message: `${name}: ${violation}` };
  };
  return (candidate, point, nowMs, batch) => {
    const refusal = problem(candidate, nowMs);
    if (refusal !== undefined) {
      batch.rejections.reject(point, refusal.reason, () => refusal.message);
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
  const invalid = (key: string): Refusal => ({
    reason: 'invalid_event',
    message: `${key} must be a text of 1 to ${lengthMax} characters (limit: events.name_length_max)`,
  });
  if (!isText(name)) return invalid('name');
  if (id !== undefined && !isText(id)) return invalid(`id of ${name}`);
  if (source !== undefined && source !== '' && !isText(source)) return invalid(`source of ${name}`);
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
): string | undefined {
  if (attributes.length > config.attributes_max) {
    return `${attributes.length} attributes are more than events.attributes_max (${config.attributes_max})`;
  }
  for (const [attribute, value] of attributes) {
    if (attribute === '' || attribute.length > config.name_length_max) {
      const shown = JSON.stringify(attribute.slice(0, 40));
      return `the attribute name ${shown} must have 1 to ${config.name_length_max} characters`;
    }
    if (typeof value === 'string') {
      if (value.length <= config.text_length_max) continue;
      return `${attribute} has ${value.length} characters, more than events.text_length_max (${config.text_length_max})`;
    }
    if (typeof value !== 'boolean' && !(typeof value === 'number' && Number.isFinite(value))) {
      return `${attribute} must be a text, a number, true or false`;
    }
  }
  return undefined;
}
