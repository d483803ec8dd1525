import type { Clock } from '../../base/index.ts';

/** A comment of server-sent events (WHATWG HTML, section 9.2): readers skip it, connections stay open. */
export const HEARTBEAT = ': heartbeat\n\n';

/** The same events, and a comment whenever `periodMs` passed without one. */
export function withHeartbeats(
  events: ReadableStream<Uint8Array>,
  clock: Clock,
  periodMs: number,
): ReadableStream<Uint8Array> {
  const comment = new TextEncoder().encode(HEARTBEAT);
  const reader = events.getReader();
  let next: Promise<ReadableStreamReadResult<Uint8Array>> | undefined;
  return new ReadableStream(
    {
      async pull(controller) {
        next ??= reader.read();
        const event = await unlessQuiet(next, clock, periodMs);
        if (event === undefined) {
          controller.enqueue(comment);
          return;
        }
        next = undefined;
        if (event.done) controller.close();
        else controller.enqueue(event.value);
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}

/** What comes, or undefined when nothing did in time. */
async function unlessQuiet<T>(coming: Promise<T>, clock: Clock, periodMs: number): Promise<T | undefined> {
  let timer: { cancel(): void } | undefined;
  const quiet = new Promise<undefined>((resolve) => {
    timer = clock.after(periodMs, () => resolve(undefined));
  });
  try {
    return await Promise.race([coming, quiet]);
  } finally {
    timer?.cancel();
  }
}
