/**
 * The times at which an expression is evaluated: startMs + i * stepMs for i in [0, count). The step of a single
 * time that belongs to no range is 0.
 */
export interface Steps {
  readonly startMs: number;
  readonly stepMs: number;
  readonly count: number;
}

export function endOf(steps: Steps): number {
  return steps.startMs + (steps.count - 1) * steps.stepMs;
}

export function singleStep(timeMs: number): Steps {
  return { startMs: timeMs, stepMs: 0, count: 1 };
}
