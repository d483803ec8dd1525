import type { Press, PressVerb } from '../reply/index.ts';

const verbs: ReadonlySet<string> = new Set<PressVerb>([
  'ack',
  'unack',
  'silence',
  'unsilence',
  'take',
  'note',
  'silence_dialog',
  'remediate',
  'approve',
  'members',
  'explain',
  'run',
]);

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
  if (typeof verb !== 'string' || !verbs.has(verb)) return undefined;
  if (typeof target !== 'string' || typeof version !== 'number' || typeof value !== 'string')
    return undefined;
  const fields: Record<string, string> = {};
  for (const [name, field] of Object.entries(others)) {
    if (name !== 'action' && typeof field === 'string') fields[name] = field.slice(0, 4000);
  }
  return { press: { verb: verb as PressVerb, target, version, value }, fields };
}
