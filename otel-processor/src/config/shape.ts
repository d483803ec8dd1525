import { z } from 'zod';
import { configSchema } from './schema.ts';

/** What the documentation and the error messages need of a JSON Schema. */
export interface Shape {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly required?: readonly string[];
  readonly items?: Shape;
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly secret?: boolean;
}

let shape: Shape | undefined;

/** The configuration's shape as the user writes it (not as the program reads it). */
export function configShape(): Shape {
  shape ??= z.toJSONSchema(configSchema, { io: 'input' }) as Shape;
  return shape;
}

/** The shape at a path; numbers in it are indexes of lists. */
export function shapeAt(path: readonly PropertyKey[]): Shape | undefined {
  let at: Shape | undefined = configShape();
  for (const step of path) {
    at = typeof step === 'number' ? at?.items : at?.properties?.[String(step)];
  }
  return at;
}
