import type { BlockRules } from './check-blocks.ts';
import type { TriggerUse } from './side-doors.ts';
import type { SlackChannel, SlackWorkspace } from './workspace.ts';

/** Arguments of a call: forms have strings, JSON bodies anything. */
export type Args = Readonly<Record<string, unknown>>;

/** An answer of the Web API. */
export type Result = { readonly ok: boolean } & Readonly<Record<string, unknown>>;

export interface MethodContext {
  readonly workspace: SlackWorkspace;
  readonly rules: BlockRules;
  readonly nowMs: number;
  /** Base of addresses that the fake itself serves. */
  readonly url: string;
  /** Whose trigger it is, if it is good for one more use. */
  useTrigger(triggerId: string): TriggerUse;
}

export interface Method {
  /** The token must have one of these. */
  readonly scopes: readonly string[];
  /** Calls a minute for each workspace; `post`: about one a second for each channel. */
  readonly rate: number | 'post' | 'special';
  run(args: Args, context: MethodContext): Result;
}

export function fail(error: string, more: Readonly<Record<string, unknown>> = {}): Result {
  return { ok: false, error, ...more };
}

/** The shape that Slack gives for mistakes in blocks. */
export function failWith(error: string, problems: readonly string[]): Result {
  return fail(error, {
    errors: problems,
    response_metadata: { messages: problems.map((problem) => `[ERROR] ${problem}`) },
  });
}

export function text(args: Args, name: string): string | undefined {
  const value = args[name];
  if (value === undefined || value === null) return undefined;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

export function flag(args: Args, name: string): boolean {
  return args[name] === true || args[name] === 'true' || args[name] === '1';
}

/** Blocks, views, metadata: JSON in a form's field, or as it is in a JSON body. Undefined when it is neither. */
export function json(args: Args, name: string): { readonly value: unknown } | undefined {
  const given = args[name];
  if (typeof given !== 'string') return { value: given };
  try {
    return { value: JSON.parse(given) };
  } catch {
    return undefined;
  }
}

/** A channel that can be posted to, or why not. */
export function openChannel(args: Args, workspace: SlackWorkspace): SlackChannel | Result {
  const name = text(args, 'channel') ?? '';
  const channel = workspace.users.has(name) ? workspace.directMessages(name) : workspace.findChannel(name);
  if (channel === undefined) return fail('channel_not_found');
  if (channel.isArchived) return fail('is_archived');
  if (!channel.isMember) return fail('not_in_channel');
  return channel;
}

export function isResult(value: object): value is Result {
  return 'ok' in value;
}
