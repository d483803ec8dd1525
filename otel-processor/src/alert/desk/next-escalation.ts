export interface EscalationStanding {
  readonly chain: string;
  /** The step that comes next, from 0. */
  readonly step: number;
  readonly round: number;
  /** Steps done, in all rounds. */
  readonly stepsDone: number;
  /** When the next step is due; undefined: not at all. */
  readonly nextAtMs: number | undefined;
  readonly paged: readonly string[];
}

export interface EscalationChain {
  readonly name: string;
  readonly steps: readonly { readonly waitMs: number }[];
  readonly repeat: number;
}

export interface EscalationView {
  readonly resolved: boolean;
  readonly acknowledged: boolean;
  /** Nobody is to be told now: silenced, inhibited or muted. */
  readonly quiet: boolean;
  /** Whether the step counts at this time of the week. */
  readonly isDuring: (step: number) => boolean;
}

export type EscalationReason =
  | 'not_due'
  | 'resolved'
  | 'acknowledged'
  | 'quiet'
  | 'paged'
  | 'out_of_hours'
  | 'done';

export function startEscalation(chain: EscalationChain, nowMs: number): EscalationStanding {
  return {
    chain: chain.name,
    step: 0,
    round: 0,
    stepsDone: 0,
    nextAtMs: nowMs + chain.steps[0].waitMs,
    paged: [],
  };
}

/**
 * At most one step: after a downtime the step that is due is done once, and the next one waits its whole time from now.
 * `page` is the step to do. While nobody is to be told, a due step waits.
 */
export function nextEscalation(
  chain: EscalationChain,
  standing: EscalationStanding,
  view: EscalationView,
  nowMs: number,
): {
  readonly standing: EscalationStanding;
  readonly page: number | undefined;
  readonly reason: EscalationReason;
} {
  const stay = (reason: EscalationReason) => ({ standing, page: undefined, reason });
  if (view.resolved) return stay('resolved');
  if (standing.nextAtMs === undefined) return stay('done');
  if (view.acknowledged) return stay('acknowledged');
  if (nowMs < standing.nextAtMs) return stay('not_due');
  if (view.quiet) return stay('quiet');
  const { step } = standing;
  if (step >= chain.steps.length) {
    // The configuration became shorter while the group was open.
    return { standing: { ...standing, nextAtMs: undefined }, page: undefined, reason: 'done' };
  }
  const advanced = advance(chain, standing, nowMs);
  if (!view.isDuring(step)) return { standing: advanced, page: undefined, reason: 'out_of_hours' };
  return {
    standing: { ...advanced, stepsDone: standing.stepsDone + 1 },
    page: step,
    reason: 'paged',
  };
}

function advance(chain: EscalationChain, standing: EscalationStanding, nowMs: number): EscalationStanding {
  const last = standing.step + 1 >= chain.steps.length;
  if (last && standing.round >= chain.repeat) {
    return { ...standing, step: standing.step + 1, nextAtMs: undefined };
  }
  const step = last ? 0 : standing.step + 1;
  // A round without any waiting would go through all repetitions at once.
  const waitMs = Math.max(chain.steps[step].waitMs, last ? 60_000 : 0);
  return { ...standing, step, round: last ? standing.round + 1 : standing.round, nextAtMs: nowMs + waitMs };
}

/** After an acknowledgement was taken back: the next step waits its whole time. */
export function resumeEscalation(
  chain: EscalationChain,
  standing: EscalationStanding,
  nowMs: number,
): EscalationStanding {
  if (standing.nextAtMs === undefined || standing.step >= chain.steps.length) return standing;
  return { ...standing, nextAtMs: Math.max(standing.nextAtMs, nowMs + chain.steps[standing.step].waitMs) };
}
