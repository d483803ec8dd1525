/** Calls `act` after this time, unless the returned function is called before. The one place of the plugin that has timers. */
export type After = (durationMs: number, act: () => void) => () => void;

export const after: After = (durationMs, act) => {
  const timer = setTimeout(act, durationMs);
  return () => clearTimeout(timer);
};
