import { basename } from 'node:path';
import { ApiError, createQueryClient } from '@statbar/sdk/query';
import type { Labels } from '@statbar/sdk/wire';
import type { PastSignal } from '../backtest/index.ts';
import { type Fault, isFault, permanent } from '../base/index.ts';
import { readTextFile } from './csv-text.ts';
import { seriesText } from './query-format.ts';
import { readTimed } from './signal-text.ts';

/** Steps that one question to a service covers: more are refused by Prometheus, and by us. */
const STEPS_PER_QUESTION = 10_000;
/** Series that are looked at one by one, at most. */
const SERIES_MAX = 20;

export interface StoredRequest {
  readonly url: string;
  readonly token: string | undefined;
  readonly expression: string;
  /** Of what is learnt from, and of what counts. */
  readonly historyFromMs: number;
  readonly fromMs: number;
  readonly toMs: number;
  readonly stepMs: number;
}

/** The series of an expression in a running service, step by step. */
export async function readStored(
  request: StoredRequest,
  onProgress: (share: number) => void,
): Promise<PastSignal[] | Fault> {
  const { expression, fromMs, toMs, stepMs, token } = request;
  const client = createQueryClient({ baseUrl: request.url, ...(token === undefined ? {} : { token }) });
  const startMs = fromMs - Math.floor((fromMs - request.historyFromMs) / stepMs) * stepMs;
  const count = Math.floor((toMs - startMs) / stepMs) + 1;
  const columns = new Map<string, { labels: Labels; values: Float64Array }>();
  for (let first = 0; first < count; first += STEPS_PER_QUESTION) {
    onProgress(first / count);
    const last = Math.min(count, first + STEPS_PER_QUESTION) - 1;
    const span = { fromMs: startMs + first * stepMs, toMs: startMs + last * stepMs };
    let data: Awaited<ReturnType<typeof client.range>>['data'];
    try {
      ({ data } = await client.range({ query: expression, stepMs, ...span }));
    } catch (error) {
      return asked(request.url, error);
    }
    if (data.resultType !== 'matrix') return permanent('invalid', `${expression} is no series over time`);
    for (const { metric, values } of data.result) {
      const name = seriesText(metric);
      const column = columns.get(name) ?? {
        labels: metric,
        values: new Float64Array(count).fill(Number.NaN),
      };
      columns.set(name, column);
      if (columns.size > SERIES_MAX) {
        return permanent(
          'limit',
          `${expression} has more than ${SERIES_MAX} series: aggregate it, or select fewer`,
        );
      }
      for (const [seconds, text] of values ?? []) {
        column.values[Math.round((seconds * 1000 - startMs) / stepMs)] = Number(text);
      }
    }
  }
  if (columns.size === 0) return permanent('not_found', `${expression} has no values in that time`);
  const firstStep = Math.round((fromMs - startMs) / stepMs);
  return [...columns].map(([name, { values }]) =>
    trimmed({ name: named(name, expression), startMs, stepMs, values, firstStep }),
  );
}

function asked(url: string, error: unknown): Fault {
  const message = error instanceof Error ? error.message : String(error);
  if (!(error instanceof ApiError) || error.status !== 0) return permanent('execution', message);
  return permanent('unavailable', `no answer from ${url}: ${message} (is StatBar running there? see --url)`);
}

function named(name: string, expression: string): string {
  return name === '{}' ? expression : name;
}

/** History before the first value is none. */
function trimmed(signal: PastSignal): PastSignal {
  const first = signal.values.findIndex((value) => !Number.isNaN(value));
  if (first <= 0) return signal;
  return {
    ...signal,
    startMs: signal.startMs + first * signal.stepMs,
    values: signal.values.slice(first),
    firstStep: Math.max(0, signal.firstStep - first),
  };
}

/** The signal of a file with the columns `timestamp` and `value`. Undefined bounds: from its beginning, to its end. */
export function readFiled(path: string, fromMs?: number, toMs?: number): PastSignal | Fault {
  const text = readTextFile(path);
  if (isFault(text)) return text;
  const name = basename(path).replace(/\.csv(\.gz)?$/, '');
  const signal = readTimed(path, name, text);
  if (isFault(signal)) return signal;
  const { startMs, stepMs, values } = signal;
  if (startMs === undefined || stepMs === undefined) {
    return permanent('invalid', `${path}: its times have no step in common`);
  }
  const end = toMs === undefined ? values.length : Math.floor((toMs - startMs) / stepMs) + 1;
  const firstStep = fromMs === undefined ? 0 : Math.max(0, Math.ceil((fromMs - startMs) / stepMs));
  if (firstStep >= Math.min(end, values.length))
    return permanent('invalid', `${path} has no values in that time`);
  return { name, startMs, stepMs, values: values.slice(0, end), firstStep };
}
