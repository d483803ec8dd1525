import { type Fault, isFault, permanent } from '../base/index.ts';
import { readArguments } from './arguments.ts';
import { tokenOf } from './query.ts';
import { aligned } from './query-format.ts';
import { type ExitCode, exitCode, type Terminal } from './terminal.ts';

const options = {
  url: { type: 'string' },
  reason: { type: 'string' },
  limit: { type: 'string' },
  format: { type: 'string' },
  'token-file': { type: 'string' },
} as const;

interface DeadLetter {
  readonly receivedMs?: unknown;
  readonly reason?: unknown;
  readonly message?: unknown;
}

/** `statbar dead-letters`. */
export async function deadLettersCommand(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const parsed = readArguments('dead-letters', args, options, [], terminal);
  if (typeof parsed === 'number') return parsed;
  const { values } = parsed;
  const fail = (message: string, code: ExitCode): ExitCode => {
    terminal.err(`statbar dead-letters: ${message}\n`);
    return code;
  };
  const format = values['format'] ?? 'table';
  if (format !== 'table' && format !== 'json') return fail('--format: expected table, json', exitCode.usage);
  const token = tokenOf(values, terminal);
  if (isFault(token)) return fail(token.message, exitCode.usage);
  const base = String(values['url'] ?? 'http://127.0.0.1:4318').replace(/\/+$/, '');
  const search = new URLSearchParams();
  for (const name of ['reason', 'limit'] as const) {
    const value = values[name];
    if (typeof value === 'string') search.set(name, value);
  }
  const letters = await ask(`${base}/statbar/v1/events/dead-letters?${search}`, token);
  if (isFault(letters)) return fail(letters.message, exitCode.failure);
  if (format === 'json') for (const letter of letters) terminal.out(`${JSON.stringify(letter)}\n`);
  else if (letters.length === 0) terminal.out('no dead letters\n');
  else terminal.out(aligned([['RECEIVED', 'REASON', 'WHY'], ...letters.map(cellsOf)]));
  return exitCode.ok;
}

function cellsOf({ receivedMs, reason, message }: DeadLetter): string[] {
  const received = typeof receivedMs === 'number' ? new Date(receivedMs).toISOString() : '-';
  // What clients sent may hold control characters, which a terminal would obey.
  return [received, String(reason), String(message).replace(/\p{Cc}/gu, '?')];
}

async function ask(url: string, token: string | undefined): Promise<readonly DeadLetter[] | Fault> {
  let response: Response;
  try {
    response = await fetch(url, { headers: token === undefined ? {} : { Authorization: `Bearer ${token}` } });
  } catch (error) {
    const cause =
      error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
    return permanent('unavailable', `no answer from ${url}: ${cause} (is StatBar running there? see --url)`);
  }
  const answer = (await response.json().catch(() => undefined)) as
    | { readonly data?: { readonly deadLetters?: readonly DeadLetter[] }; readonly error?: string }
    | undefined;
  if (Array.isArray(answer?.data?.deadLetters)) return answer.data.deadLetters;
  return permanent('internal', answer?.error ?? `${url} answered ${response.status} with something else`);
}
