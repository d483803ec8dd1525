import type { Episode, EpisodeEvent } from '@statbar/sdk/wire';
import type { AnomalyDoors } from '../tenant.ts';

/** Events that wait for a slow reader; over it the oldest go, and the next one says how many. */
const WAITING_MAX = 256;

/** Server-sent events (WHATWG HTML, section 9.2): first the episodes that last, then each that begins, changes or ends. */
export function streamEpisodes(doors: AnomalyDoors, signal: AbortSignal): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  const waiting: Array<Omit<EpisodeEvent, 'skipped'>> = [];
  let skipped = 0;
  let wake: (() => void) | undefined;
  let closed = false;
  const open = doors.list({
    active: true,
    fromMs: Number.NEGATIVE_INFINITY,
    toMs: Number.POSITIVE_INFINITY,
    scoreMin: 0,
    matcherSets: [],
    after: undefined,
    limit: WAITING_MAX,
  });
  for (const episode of [...open].reverse()) waiting.push({ kind: 'open', timeMs: episode.peakMs, episode });
  const unsubscribe = doors.listen(({ kind, timeMs, episode }) => {
    if (waiting.length >= WAITING_MAX) {
      waiting.shift();
      skipped += 1;
    }
    waiting.push({ kind, timeMs, episode: episode as Episode });
    wake?.();
  });
  const close = (): void => {
    closed = true;
    unsubscribe();
    wake?.();
  };
  signal.addEventListener('abort', close, { once: true });
  if (signal.aborted) close();
  return new ReadableStream(
    {
      start: (controller) => controller.enqueue(encoder.encode('retry: 1000\n\n')),
      async pull(controller) {
        while (waiting.length === 0 && !closed) {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
        const next = waiting.shift();
        if (closed || next === undefined) {
          controller.close();
          return;
        }
        const event: EpisodeEvent = { ...next, skipped };
        controller.enqueue(encoder.encode(`event: episode\ndata: ${JSON.stringify(event)}\n\n`));
        skipped = 0;
      },
      cancel: close,
    },
    { highWaterMark: 0 },
  );
}
