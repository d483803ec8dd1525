import type { ViewResult } from '../../windows/index.ts';
import type { EventDoors } from '../tenant.ts';

/** Results that wait for a slow reader; over it the oldest go, and the next one says how many. */
const WAITING_MAX = 256;
/** Numbers of one result that are sent; the rest is counted in `omitted`. */
const NUMBERS_MAX = 10_000;

/** Server-sent events (WHATWG HTML, section 9.2), one per result. */
export function streamView(
  events: EventDoors,
  name: string,
  signal: AbortSignal,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  const waiting: string[] = [];
  let skipped = 0;
  let wake: (() => void) | undefined;
  let closed = false;
  const unsubscribe = events.listen(name, (result) => {
    if (waiting.length >= WAITING_MAX) {
      waiting.shift();
      skipped += 1;
    }
    waiting.push(resultJson(result));
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
        if (closed) {
          controller.close();
          return;
        }
        const json = waiting.shift();
        controller.enqueue(encoder.encode(`event: result\ndata: ${json},"skipped":${skipped}}\n\n`));
        skipped = 0;
      },
      cancel: close,
    },
    { highWaterMark: 0 },
  );
}

/** JSON of a result without its closing brace. */
function resultJson(result: ViewResult): string {
  const series: Array<{ name: string; labels: Record<string, string>; value: number | string }> = [];
  let omitted = 0;
  result.each((values, name, pairs, value) => {
    if (series.length >= NUMBERS_MAX) {
      omitted += 1;
      return;
    }
    const labels: Record<string, string> = {};
    result.labelNames.forEach((label, i) => {
      labels[label] = values[i];
    });
    for (let i = 0; i < pairs.length; i += 2) labels[pairs[i]] = pairs[i + 1];
    // JSON has no infinities.
    series.push({ name, labels, value: Number.isFinite(value) ? value : String(value) });
  });
  const { view, startMs, endMs, kind, revision, isFinal, completeness } = result;
  const body = { view, startMs, endMs, kind, revision, isFinal, completeness, series, omitted };
  return JSON.stringify(body).slice(0, -1);
}
