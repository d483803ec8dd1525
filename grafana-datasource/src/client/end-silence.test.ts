import { expect, test } from 'vitest';
import type { After } from '../base/timer.ts';
import { endSilence } from './end-silence.ts';

/** Timers that fire when they are told to, and how many are armed. */
function timers(): { after: After; fire(): void; armed(): number } {
  const acts = new Set<() => void>();
  return {
    after: (_durationMs, act) => {
      acts.add(act);
      return () => acts.delete(act);
    },
    fire: () => {
      for (const act of acts) act();
    },
    armed: () => acts.size,
  };
}

/** A server whose answer is written by the test. */
function server(): { fetch: typeof globalThis.fetch; send(text: string): void; end(): void } {
  let controller: ReadableStreamDefaultController<Uint8Array>;
  const body = new ReadableStream<Uint8Array>({
    start: (given) => {
      controller = given;
    },
  });
  return {
    fetch: async () => new Response(body),
    send: (text) => controller.enqueue(new TextEncoder().encode(text)),
    end: () => controller.close(),
  };
}

test('a stream that falls silent fails with the reason', async () => {
  const { after, fire, armed } = timers();
  const { fetch, send } = server();
  const response = await endSilence(fetch, 1000, 'nothing came', after)('http://x');
  const reader = response.body?.getReader();
  send('a');
  expect(new TextDecoder().decode((await reader?.read())?.value)).toBe('a');
  expect(armed()).toBe(1);
  const next = reader?.read();
  fire();
  await expect(next).rejects.toThrow('nothing came');
});

test('an answer that never begins fails, too', async () => {
  const { after, fire } = timers();
  const never: typeof globalThis.fetch = (_input, init) =>
    new Promise((_resolve, reject) => {
      init?.signal?.addEventListener('abort', () => reject(init.signal?.reason));
    });
  const asked = endSilence(never, 1000, 'nothing came', after)('http://x');
  fire();
  await expect(asked).rejects.toThrow('nothing came');
});

test('what ends, and what is no longer wanted, leaves no timer', async () => {
  const ended = timers();
  const one = server();
  const response = await endSilence(one.fetch, 1000, '', ended.after)('http://x');
  one.send('a');
  one.end();
  expect(await response.text()).toBe('a');
  expect(ended.armed()).toBe(0);

  const left = timers();
  const other = await endSilence(server().fetch, 1000, '', left.after)('http://x');
  await other.body?.cancel();
  expect(left.armed()).toBe(0);

  const aborted = timers();
  const abort = new AbortController();
  await endSilence(server().fetch, 1000, '', aborted.after)('http://x', { signal: abort.signal });
  abort.abort();
  expect(aborted.armed()).toBe(0);
});
