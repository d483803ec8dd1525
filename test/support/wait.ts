/**
 * Calls `probe` until it gives something other than undefined. For what happens in another process; the time
 * bounds a broken test, it is never what is tested. The last error is part of the message.
 */
export async function eventually<T>(
  probe: () => Promise<T | undefined> | T | undefined,
  { timeoutMs = 20_000, everyMs = 50, what = 'the condition' } = {},
): Promise<T> {
  const deadlineMs = Date.now() + timeoutMs;
  let lastError: unknown;
  do {
    try {
      const found = await probe();
      if (found !== undefined) return found;
    } catch (error) {
      lastError = error;
    }
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  } while (Date.now() < deadlineMs);
  throw new Error(`${what} did not come true within ${timeoutMs} ms`, { cause: lastError });
}
