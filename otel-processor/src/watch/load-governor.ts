import type { Telemetry } from '../base/index.ts';
import type { WatchConfig } from './config.ts';
import type { Signal } from './signal.ts';
import type { Timeline } from './timeline.ts';

/** Looks over which the share is averaged, about. */
const LOOKS_AVERAGED = 12;
/** Part of the signals that is slowed down, or not any more, at once. */
const PORTION = 0.2;

/** Holds watching to its share of a core: over it the least active signals go to longer steps. */
export class LoadGovernor {
  readonly #config: WatchConfig;
  /** Of one core, that looks have taken lately. */
  share = 0;
  slowed = 0;
  #looksToWait = LOOKS_AVERAGED;

  constructor(config: WatchConfig, telemetry: Telemetry) {
    this.#config = config;
    telemetry.observed(
      'statbar_watch_cpu_share',
      'Share of one core that looking at signals has taken lately.',
      'gauge',
      () => this.share,
    );
    telemetry.observed(
      'statbar_watch_slowed_signals',
      'Signals at `watch.step_long` because `watch.cpu_share_max` was exceeded.',
      'gauge',
      () => this.slowed,
    );
  }

  /** A look has taken so long. */
  worked(workedMs: number, timeline: Timeline): void {
    const { look, cpu_share_max: shareMax } = this.#config;
    this.share += (workedMs / look - this.share) / LOOKS_AVERAGED;
    if (this.#looksToWait > 0) {
      this.#looksToWait -= 1;
      return;
    }
    if (this.share > shareMax) this.#slowDown(timeline);
    else if (this.slowed > 0 && this.share < shareMax / 2) this.#speedUp(timeline);
  }

  #slowDown(timeline: Timeline): void {
    const normal = byActivity(timeline).filter(({ signal }) => signal.stepMs < this.#longStepMs);
    for (const { signal } of normal.slice(0, Math.ceil(normal.length * PORTION))) {
      signal.stepMs = this.#longStepMs;
      this.slowed += 1;
    }
    this.#looksToWait = LOOKS_AVERAGED;
  }

  #speedUp(timeline: Timeline): void {
    const slow = byActivity(timeline).filter(({ signal }) => signal.stepMs > signal.profile.stepMs);
    this.slowed = slow.length;
    for (const { signal } of slow.reverse().slice(0, Math.ceil(slow.length * PORTION))) {
      signal.stepMs = signal.profile.stepMs;
      this.slowed -= 1;
    }
    this.#looksToWait = LOOKS_AVERAGED;
  }

  get #longStepMs(): number {
    const { look, step_long: longMs } = this.#config;
    return Math.max(1, Math.round(longMs / look)) * look;
  }
}

/** Signals of leaves that nobody chose, the least active first. */
function byActivity(timeline: Timeline): Array<{ readonly signal: Signal; readonly changes: number }> {
  const found: Array<{ readonly signal: Signal; readonly changes: number }> = [];
  for (const { family, settings } of timeline.families.values()) {
    if (settings.chosen) continue;
    for (const { signals, changes } of family.leaves) {
      for (const signal of signals) if (signal.awake) found.push({ signal, changes });
    }
  }
  return found.sort((a, b) => a.changes - b.changes);
}
