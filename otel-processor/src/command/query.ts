import { readFileSync } from 'node:fs';
import { isPrometheusAnswer, isQueryData, type PrometheusAnswer, type QueryData } from '@statbar/sdk/wire';
import { type Fault, isFault, permanent } from '../base/index.ts';
import { readArguments } from './arguments.ts';
import { formatCsv, formatTable } from './query-format.ts';
import { type ExitCode, exitCode, type Terminal } from './terminal.ts';

const options = {
  url: { type: 'string' },
  time: { type: 'string' },
  from: { type: 'string' },
  to: { type: 'string' },
  step: { type: 'string' },
  format: { type: 'string' },
  'token-file': { type: 'string' },
} as const;

type Values = Readonly<Record<string, string | boolean | undefined>>;

const formats = ['table', 'json', 'csv'] as const;
/** Steps of a range whose step is not given. */
const DEFAULT_STEPS = 250;

export async function queryCommand(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const parsed = readArguments('query', args, options, ['EXPR'], terminal);
  if (typeof parsed === 'number') return parsed;
  const { values } = parsed;
  const fail = (message: string, code: ExitCode): ExitCode => {
    terminal.err(`statbar query: ${message}\n`);
    return code;
  };
  const format = formats.find((name) => name === (values['format'] ?? 'table'));
  if (format === undefined) return fail(`--format: expected ${formats.join(', ')}`, exitCode.usage);
  const form = formOf(parsed.positionals[0], values);
  if (isFault(form)) return fail(form.message, exitCode.usage);
  const token = tokenOf(values, terminal);
  if (isFault(token)) return fail(token.message, exitCode.usage);
  const base = String(values['url'] ?? 'http://127.0.0.1:4318').replace(/\/+$/, '');
  const answer = await ask(`${base}/api/v1/${form.has('step') ? 'query_range' : 'query'}`, form, token);
  if (isFault(answer)) return fail(answer.message, exitCode.failure);
  for (const warning of answer.parsed.warnings ?? []) terminal.err(`warning: ${warning}\n`);
  for (const info of answer.parsed.infos ?? []) terminal.err(`info: ${info}\n`);
  if (format === 'json') {
    terminal.out(`${answer.text}\n`);
    return answer.parsed.status === 'success' ? exitCode.ok : exitCode.failure;
  }
  if (answer.parsed.status === 'error') {
    return fail(`${answer.parsed.errorType}: ${answer.parsed.error}`, exitCode.failure);
  }
  terminal.out(format === 'csv' ? formatCsv(answer.parsed.data) : formatTable(answer.parsed.data));
  return exitCode.ok;
}

function formOf(expression: string, values: Values): URLSearchParams | Fault {
  const form = new URLSearchParams({ query: expression });
  const { from, to, step, time } = values;
  if (from === undefined && to === undefined) {
    if (step !== undefined) return permanent('invalid', '--step needs --from and --to');
    if (time !== undefined) form.set('time', String(time));
    return form;
  }
  if (from === undefined || to === undefined) return permanent('invalid', '--from and --to come together');
  if (time !== undefined) return permanent('invalid', '--time and --from do not go together');
  form.set('start', String(from));
  form.set('end', String(to));
  form.set('step', step === undefined ? defaultStep(String(from), String(to)) : String(step));
  return form;
}

function defaultStep(from: string, to: string): string {
  const seconds = (text: string): number => (/^[\d.]+$/.test(text) ? Number(text) : Date.parse(text) / 1000);
  const step = Math.ceil((seconds(to) - seconds(from)) / DEFAULT_STEPS);
  return String(Number.isFinite(step) ? Math.max(1, step) : 60);
}

/** The bearer token of `--token-file` or of the environment, if there is one. */
export function tokenOf(values: Values, terminal: Terminal): string | undefined | Fault {
  const path = values['token-file'];
  if (path === undefined) return terminal.env['STATBAR_TOKEN'];
  try {
    return readFileSync(String(path), 'utf8').trim();
  } catch (error) {
    return permanent('invalid', `--token-file: ${error instanceof Error ? error.message : String(error)}`);
  }
}

interface Asked {
  readonly text: string;
  readonly parsed: PrometheusAnswer<QueryData>;
}

async function ask(url: string, form: URLSearchParams, token: string | undefined): Promise<Asked | Fault> {
  const headers: Record<string, string> = token === undefined ? {} : { Authorization: `Bearer ${token}` };
  let response: Response;
  try {
    response = await fetch(url, { method: 'POST', body: form, headers });
  } catch (error) {
    const cause =
      error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
    return permanent('unavailable', `no answer from ${url}: ${cause} (is StatBar running there? see --url)`);
  }
  const text = await response.text();
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    parsed = undefined;
  }
  if (!isPrometheusAnswer(parsed, isQueryData)) {
    return permanent(
      'internal',
      `${url} answered ${response.status} with something that is not a query result`,
    );
  }
  return { text, parsed };
}
