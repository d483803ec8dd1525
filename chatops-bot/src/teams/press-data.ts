import { isPressVerb, type Press } from '../reply/index.ts';

/** What an action carries. `action` is what the SDK routes by; fields of inputs come beside `press`. */
export function dataOf(press: Press): Readonly<Record<string, unknown>> {
  return { action: 'statbar', press };
}

/** What was pressed and filled in; undefined: it is none of ours. */
export function readData(
  data: unknown,
): { readonly press: Press; readonly fields: Readonly<Record<string, string>> } | undefined {
  if (typeof data !== 'object' || data === null) return undefined;
  const { press, ...others } = data as Record<string, unknown>;
  if (typeof press !== 'object' || press === null) return undefined;
  const { verb, target, version, value } = press as Record<string, unknown>;
  if (typeof verb !== 'string' || !isPressVerb(verb)) return undefined;
  if (typeof target !== 'string' || typeof version !== 'number' || typeof value !== 'string')
    return undefined;
  const fields: Record<string, string> = {};
  for (const [name, field] of Object.entries(others)) {
    if (name !== 'action' && typeof field === 'string') fields[name] = field.slice(0, 4000);
  }
  return { press: { verb, target, version, value }, fields };
}
