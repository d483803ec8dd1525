import type { AttributeValue } from '../model/index.ts';
import type { EventsConfig } from './config.ts';

/** What an event violates of its schema, in words; undefined when nothing, or when there is no schema for it. */
export type SchemaCheck = (
  name: string,
  attributes: ReadonlyArray<readonly [string, AttributeValue]>,
) => string | undefined;

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
        if (schema.closed) return `unknown attribute ${attribute.slice(0, 80)}`;
        continue;
      }
      if (field.type !== undefined && typeof value !== field.type) {
        return `${attribute} must be a ${field.type}, not a ${typeof value}`;
      }
      if (field.values !== undefined && !field.values.includes(value)) {
        return `${attribute} must be one of ${field.values.join(', ')}`;
      }
    }
    for (const [attribute, field] of Object.entries(schema.attributes)) {
      if (field.required && !given.has(attribute)) return `${attribute} is required`;
    }
    return undefined;
  };
}
