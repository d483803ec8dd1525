import { LoadingState } from '@grafana/data';
import { createQueryClient } from '@statbar/sdk/query';
import { describe, expect, test, vi } from 'vitest';
import { RangeCache } from '../client/range-cache.ts';
import type { KindContext } from '../kinds/context.ts';
import { defaultQuery, type StatBarQuery } from '../model/query.ts';
import { liveAnswers } from './live-query.ts';

vi.mock('@grafana/runtime', () => ({ config: {} }));

const query: StatBarQuery = { ...defaultQuery, refId: 'A', expr: 'x', live: true };
const view: StatBarQuery = { ...query, kind: 'views', view: 'v' };

interface Answered {
  readonly state: string | undefined;
  readonly times: number[];
  readonly values: unknown[][];
  readonly notices: string[];
  readonly errors: string[];
}

/** A service whose streams are written by the test, and the answers that came. */
class Bench {
  readonly ranges: string[] = [];
  readonly answers: Answered[] = [];
  readonly streams: ReadableStreamDefaultController<Uint8Array>[] = [];
  /** What the next range queries answer: status and result. */
  stored: { readonly status: number; readonly body: unknown } = matrix([[1, '1']]);
  streamStatus = 200;
  readonly #subscription: { unsubscribe(): void };
  readonly #timers: { readonly durationMs: number; readonly act: () => void }[] = [];

  constructor(asked: StatBarQuery = query) {
    const fetch: typeof globalThis.fetch = async (input, init) => this.#answer(String(input), init);
    const client = createQueryClient({ baseUrl: 'http://x', fetch });
    const context: Omit<KindContext, 'signal'> = {
      ...{ client, alerts: {} as never, cache: new RangeCache(0), traceUrl: undefined, timeZone: 'UTC' },
      ...{
        fromMs: 0,
        toMs: 60_000,
        rangeEndMs: 60_000,
        nowMs: 60_000,
        stepMs: 1000,
        metadata: async () => ({}),
      },
    };
    const request = {
      query: asked,
      context,
      key: 'k',
      linksOf: () => [],
      stream: { baseUrl: 'http://x', fetch },
    };
    this.#subscription = liveAnswers({
      ...request,
      pause: async () => {},
      after: (durationMs, act) => {
        const timer = { durationMs, act };
        this.#timers.push(timer);
        if (durationMs === 0) setTimeout(() => this.#timers.includes(timer) && act());
        return () => {
          const i = this.#timers.indexOf(timer);
          if (i >= 0) this.#timers.splice(i, 1);
        };
      },
    }).subscribe(({ state, data, errors = [] }) => {
      const [time, ...fields] = data[0].fields;
      this.answers.push({
        ...{
          state,
          times: [...time.values],
          values: fields.map((field: { values: unknown[] }) => field.values),
        },
        notices: (data[0].meta.notices ?? []).map(({ text }: { text: string }) => text),
        errors: errors.map(({ message }) => message ?? ''),
      });
    });
  }

  async #answer(url: string, init: RequestInit | undefined): Promise<Response> {
    if (!url.includes('/stream')) {
      const form = new URLSearchParams(String(init?.body));
      this.ranges.push(`${form.get('query')} ${form.get('start')}..${form.get('end')}`);
      return new Response(JSON.stringify(this.stored.body), { status: this.stored.status });
    }
    if (this.streamStatus !== 200)
      return new Response('{"status":"error","errorType":"bad_data","error":"wrong query"}', {
        status: this.streamStatus,
      });
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => void this.streams.push(controller),
    });
    return new Response(body);
  }

  send(...events: readonly unknown[]): void {
    const text = events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join('');
    this.streams.at(-1)?.enqueue(new TextEncoder().encode(text));
  }

  /** As if nothing had come for so long. */
  fallSilent(): number {
    const timer = this.#timers.find(({ durationMs }) => durationMs > 0);
    timer?.act();
    return timer?.durationMs ?? 0;
  }

  async answered(isIt: (answer: Answered) => boolean): Promise<Answered> {
    return vi.waitFor(() => {
      const last = this.answers.at(-1);
      if (last === undefined || !isIt(last)) throw new Error(`not yet: ${JSON.stringify(last)}`);
      return last;
    });
  }

  opened(count: number): Promise<void> {
    return vi.waitFor(() => expect(this.streams.length).toBe(count));
  }

  stop(): void {
    this.#subscription.unsubscribe();
  }
}

function matrix(values: readonly (readonly [number, string])[], metric: Record<string, string> = {}) {
  const result = values.length === 0 ? [] : [{ metric, values }];
  return { status: 200, body: { status: 'success', data: { resultType: 'matrix', result } } };
}

const result = (timeMs: number, value: number, more: object = {}) => ({
  timeMs,
  data: { resultType: 'vector', result: [{ metric: {}, value: [timeMs / 1000, String(value)] }] },
  ...more,
});

describe('a live expression', () => {
  test('is what is stored, then each result; events that come together are one answer', async () => {
    const bench = new Bench();
    await bench.opened(1);
    await bench.answered(({ times }) => times.length === 1);
    const before = bench.answers.length;
    bench.send(result(2000, 2), result(3000, 3), result(4000, 4));
    const { times, values, state } = await bench.answered((answer) => answer.times.length === 4);
    expect([times, values, state]).toEqual([
      [1000, 2000, 3000, 4000],
      [[1, 2, 3, 4]],
      LoadingState.Streaming,
    ]);
    expect(bench.answers.length).toBe(before + 1);
    bench.stop();
  });

  test('goes on after a cut, and asks for what was missed', async () => {
    const bench = new Bench();
    await bench.opened(1);
    bench.send(result(2000, 2));
    await bench.answered(({ times }) => times.length === 2);
    bench.stored = matrix([[3, '3']]);
    bench.streams[0].close();
    await bench.answered(({ notices }) => /was cut \(the stream ended\)/.test(notices[0] ?? ''));
    await bench.opened(2);
    bench.send(result(4000, 4));
    const { times, values, notices } = await bench.answered((answer) => answer.times.includes(4000));
    expect([times, values, notices]).toEqual([[1000, 2000, 3000, 4000], [[1, 2, 3, 4]], []]);
    expect(bench.ranges.at(-1)).toBe('x 3..3');
    bench.stop();
  });

  test('that falls silent is opened again', async () => {
    const bench = new Bench();
    await bench.opened(1);
    bench.send(result(2000, 2));
    await bench.answered(({ times }) => times.length === 2);
    expect(bench.fallSilent()).toBe(10_000);
    await bench.opened(2);
    expect(bench.answers.at(-1)?.notices[0]).toContain('nothing came for 10 s');
    bench.stop();
  });

  test('of a view is taken for dead when no heartbeat came for three times as long as they are apart', async () => {
    const bench = new Bench(view);
    await bench.opened(1);
    await vi.waitFor(() => expect(bench.fallSilent()).toBe(45_000));
    await bench.opened(2);
    bench.stop();
  });

  test('begins without what is stored when the service cannot be reached yet', async () => {
    const bench = new Bench();
    bench.stored = { status: 503, body: { status: 'error', errorType: 'unavailable', error: 'starting' } };
    await bench.opened(1);
    bench.send(result(2000, 2));
    const { times } = await bench.answered((answer) => answer.times.length === 1);
    expect(times).toEqual([2000]);
    bench.stop();
  });

  test('that is wrong is an answer with an error: the panel has other queries', async () => {
    const bench = new Bench();
    bench.streamStatus = 400;
    const { state, errors } = await bench.answered((answer) => answer.errors.length > 0);
    expect([state, errors]).toEqual([LoadingState.Error, ['wrong query']]);
  });

  test('says what the service says of a result, or of one that failed', async () => {
    const bench = new Bench();
    await bench.opened(1);
    bench.send(result(2000, 2, { warnings: ['results truncated'] }));
    await bench.answered(({ notices }) => notices[0] === 'results truncated');
    bench.send({ timeMs: 3000, errorType: 'execution', error: 'too many samples' });
    await bench.answered(({ notices, times }) => notices[0] === 'too many samples' && times.length === 2);
    bench.stop();
  });
});

describe('a live view', () => {
  const window = (endMs: number, kind: string, value: number | string) => ({
    ...{
      view: 'v',
      startMs: endMs - 1000,
      endMs,
      kind,
      revision: 0,
      isFinal: kind === 'final',
      completeness: 1,
    },
    ...{ series: [{ name: 'v', labels: { region: 'eu' }, value }], omitted: 0, skipped: 0 },
  });

  test('is drawn as it is stored: on time, and neither early nor corrected', async () => {
    const bench = new Bench(view);
    await bench.opened(1);
    expect(bench.ranges[0]).toContain('{__name__=~"v(:.+)?"');
    bench.send(
      window(2000, 'early', 1),
      window(2000, 'on_time', 2),
      window(3000, 'early', 1),
      window(2000, 'late', 5),
      window(2000, 'final', 6),
      window(3000, 'final', 3),
      window(4000, 'on_time', 'Infinity'),
    );
    const { times, values } = await bench.answered((answer) => answer.times.includes(4000));
    expect(times).toEqual([1000, 2000, 3000, 4000]);
    expect(values.at(-1)).toEqual([null, 2, 3, Number.POSITIVE_INFINITY]);
    bench.stop();
  });
});
