import type { AttributeValue, RejectReason } from '../model/index.ts';
import type { EventsConfig } from './config.ts';

/** Why an event is refused, for the counters and for a person. */
export interface Refusal {
  readonly reason: RejectReason;
  readonly message: string;
}

/** What an event violates of its schema; undefined when nothing, or when there is no schema for it. */
export type SchemaCheck = (
  name: string,
  attributes: ReadonlyArray<readonly [string, AttributeValue]>,
) => Refusal | undefined;

export function createSchemaCheck(schemas: EventsConfig['schemas']): SchemaCheck {
  const byName = new Map(Object.entries(schemas));
  if (byName.size === 0) return () => undefined;
  return (name, attributes) => {
    const schema = byName.get(name);
    if (schema === undefined) return undefined;
    const given = new Map(attributes);
    for (const [attribute, value] of given) {
      const field = schema.attributes[attribute];
      if (field === undefined) {
        if (schema.closed) {
          const message = `unknown attribute ${attribute.slice(0, 80)} (the schema is closed)`;
          return { reason: 'unknown_attribute', message };
        }
        continue;
      }
      if (field.type !== undefined && typeof value !== field.type) {
        const message = `${attribute} must be a ${field.type}, not a ${typeof value}`;
        return { reason: 'wrong_type', message };
      }
      if (field.values !== undefined && !field.values.includes(value)) {
        return { reason: 'schema', message: `${attribute} must be one of ${field.values.join(', ')}` };
      }
    }
    for (const [attribute, field] of Object.entries(schema.attributes)) {
      if (field.required && !given.has(attribute)) {
        return { reason: 'schema', message: `${attribute} is required` };
      }
    }
    return undefined;
  };
}
