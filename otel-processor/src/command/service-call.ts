import type { ParseArgsConfig } from 'node:util';
import { type Fault, isFault, permanent } from '../base/index.ts';
import { type Arguments, readArguments } from './arguments.ts';
import { tokenOf } from './query.ts';
import { type ExitCode, exitCode, type Terminal } from './terminal.ts';

/** Options of every command that lists something of a running service. */
const commonOptions = {
  url: { type: 'string' },
  format: { type: 'string' },
  'token-file': { type: 'string' },
} as const;

/** A command line that asks a running service for a list, read and checked. */
export interface ServiceCall {
  readonly values: Arguments['values'];
  readonly format: 'table' | 'json';
  /** Says what is wrong, and returns the exit code. */
  fail(message: string, code: ExitCode): ExitCode;
  /** `data` of the service's answer to a GET. Faults: `unavailable`, `internal`. */
  ask(path: string): Promise<unknown>;
}

/** Reads a command line without positionals; on a mistake says what, and returns the exit code. */
export function readServiceCall(
  command: string,
  args: readonly string[],
  options: NonNullable<ParseArgsConfig['options']>,
  terminal: Terminal,
): ServiceCall | ExitCode {
  const parsed = readArguments(command, args, { ...commonOptions, ...options }, [], terminal);
  if (typeof parsed === 'number') return parsed;
  const { values } = parsed;
  const fail = (message: string, code: ExitCode): ExitCode => {
    terminal.err(`statbar ${command}: ${message}\n`);
    return code;
  };
  const format = values['format'] ?? 'table';
  if (format !== 'table' && format !== 'json') return fail('--format: expected table, json', exitCode.usage);
  const token = tokenOf(values, terminal);
  if (isFault(token)) return fail(token.message, exitCode.usage);
  const base = String(values['url'] ?? 'http://127.0.0.1:4318').replace(/\/+$/, '');
  return { values, format, fail, ask: (path) => ask(`${base}${path}`, token) };
}

/** What an answer that is not of the expected shape is. */
export function somethingElse(path: string): Fault {
  return permanent('internal', `${path} was answered with something else`);
}

async function ask(url: string, token: string | undefined): Promise<unknown> {
  let response: Response;
  try {
    response = await fetch(url, { headers: token === undefined ? {} : { Authorization: `Bearer ${token}` } });
  } catch (error) {
    const cause =
      error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
    return permanent('unavailable', `no answer from ${url}: ${cause} (is StatBar running there? see --url)`);
  }
  const answer = (await response.json().catch(() => undefined)) as
    | { readonly data?: unknown; readonly error?: string }
    | undefined;
  if (answer?.data !== undefined) return answer.data;
  return permanent('internal', answer?.error ?? `${url} answered ${response.status} with something else`);
}
