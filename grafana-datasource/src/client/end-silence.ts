import { type After, after as afterTimer } from '../base/timer.ts';

type Fetch = typeof globalThis.fetch;

/**
 * The same `fetch`, but for a limit on silence: when no byte comes for so long, the request fails with `reason`. A
 * connection that died without being closed looks like one that is quiet, and would be waited for without end.
 */
export function endSilence(
  fetch: Fetch,
  silenceMaxMs: number,
  reason: string,
  after: After = afterTimer,
): Fetch {
  return async (input, init = {}) => {
    const abort = new AbortController();
    let disarm = (): void => {};
    const rearm = (): void => {
      disarm();
      disarm = after(silenceMaxMs, () => abort.abort(new Error(reason)));
    };
    const { signal } = init;
    const follow = (): void => {
      disarm();
      abort.abort(signal?.reason);
    };
    signal?.addEventListener('abort', follow, { once: true });
    if (signal?.aborted) follow();
    const end = (): void => {
      disarm();
      signal?.removeEventListener('abort', follow);
    };
    rearm();
    try {
      const response = await fetch(input, { ...init, signal: abort.signal });
      if (response.body === null) {
        end();
        return response;
      }
      const { status, statusText, headers } = response;
      const body = watched(response.body, abort.signal, rearm, end);
      return new Response(body, { status, statusText, headers });
    } catch (error) {
      end();
      throw error;
    }
  };
}

function watched(
  body: ReadableStream<Uint8Array>,
  signal: AbortSignal,
  rearm: () => void,
  end: () => void,
): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        // Also when the body itself does not listen to the signal.
        signal.addEventListener('abort', () => controller.error(signal.reason), { once: true });
      },
      async pull(controller) {
        try {
          const { done, value } = await reader.read();
          if (signal.aborted) return;
          if (done) {
            end();
            controller.close();
            return;
          }
          rearm();
          controller.enqueue(value);
        } catch (error) {
          end();
          controller.error(error);
        }
      },
      cancel(cause) {
        end();
        return reader.cancel(cause);
      },
    },
    { highWaterMark: 0 },
  );
}
