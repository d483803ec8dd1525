import { expect, test } from 'vitest';
import { ManualClock } from '../../base/index.ts';
import { HEARTBEAT, withHeartbeats } from './heartbeat.ts';

function bench() {
  const clock = new ManualClock();
  let source!: ReadableStreamDefaultController<Uint8Array>;
  const left: unknown[] = [];
  const events = new ReadableStream<Uint8Array>({
    start: (controller) => {
      source = controller;
    },
    cancel: (reason) => void left.push(reason),
  });
  const reader = withHeartbeats(events, clock, 5000).getReader();
  const read = async (): Promise<string | undefined> => {
    const { done, value } = await reader.read();
    return done ? undefined : new TextDecoder().decode(value);
  };
  const settled = () => new Promise((resolve) => setImmediate(resolve));
  return {
    clock,
    source,
    read,
    reader,
    left,
    settled,
    send: (text: string) => source.enqueue(new TextEncoder().encode(text)),
  };
}

test('a quiet stream has a comment each period, and no event is lost over it', async () => {
  const { clock, read, send, settled } = bench();
  for (const event of ['data: 1\n\n', 'data: 2\n\n']) {
    const quiet = read();
    await settled();
    clock.advance(5000);
    expect(await quiet).toBe(HEARTBEAT);
    send(event);
    expect(await read()).toBe(event);
  }
});

test('an event in time puts the comment off', async () => {
  const { clock, read, send, settled } = bench();
  const first = read();
  await settled();
  clock.advance(4999);
  send('data: 1\n\n');
  expect(await first).toBe('data: 1\n\n');
  const second = read();
  await settled();
  clock.advance(4999);
  send('data: 2\n\n');
  expect(await second).toBe('data: 2\n\n');
});

test('the end ends it, and a reader that leaves is passed on', async () => {
  const ended = bench();
  ended.source.close();
  expect(await ended.read()).toBeUndefined();
  const leaving = bench();
  await leaving.reader.cancel('gone');
  expect(leaving.left).toEqual(['gone']);
});
