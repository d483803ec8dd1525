import type { Logger } from '../base/index.ts';
import { type CatchUpPorts, catchUp, readHistory } from './catch-up.ts';
import { feed } from './history-reader.ts';
import { RowBuffer } from './row-buffer.ts';
import type { Tap } from './tap.ts';
import type { Timeline } from './timeline.ts';

export interface JoinPorts extends CatchUpPorts {
  readonly logger: Logger;
  readonly tap: Tap;
  live(): Timeline;
  /** Settles when no look is under way; none begins until `unhold`. */
  hold(): Promise<void>;
  unhold(): void;
  stopped(): boolean;
  progress(done: number): void;
}

/** So near to the live looks the rest is read while they wait. */
const NEAR_LOOKS = 6;
/** Later than any sample that may come. */
const FUTURE_MS = 86_400_000;

/**
 * Reads a timeline's history and makes its families part of the live ones, so that no row is missed and none is taken
 * twice: towards the end rows that come in are kept, the rest is read from the store, and then what was kept and not
 * read is added. `exact`: every look is done as it was live. False when it was stopped before that.
 */
export async function joinWithHistory(
  timeline: Timeline,
  ports: JoinPorts,
  exact: boolean,
): Promise<boolean> {
  const { config, clock, logger, tap } = ports;
  const startMs = clock.monotonicMs();
  const coarseUntilMs = exact ? Number.NEGATIVE_INFINITY : clock.nowMs() - config.history_written;
  let told = 0;
  const options = {
    coarseUntilMs,
    // A start may cost more than what follows: until it has read everything it is blind.
    share: exact ? 1 : Math.min(1, 2 * config.cpu_share_max),
    stopped: ports.stopped,
    progress(done: number): void {
      ports.progress(done);
      if (done < 1 && done - told < 0.1) return;
      told = done;
      logger.debug('reading the history of watched signals', { done });
    },
  };
  while (timeline.openLook <= ports.live().openLook - 1 - NEAR_LOOKS) {
    await catchUp(timeline, ports.live().openLook - 1, options, ports);
    if (ports.stopped()) return false;
  }
  await ports.hold();
  try {
    const buffer = new RowBuffer();
    tap.buffer = buffer;
    const live = ports.live();
    live.openLook = Math.max(live.openLook, timeline.openLook);
    await catchUp(timeline, live.openLook - 1, { ...options, share: 1 }, ports);
    await readNewest(timeline, live.openLook, ports);
    if (ports.stopped()) return false;
    if (!exact) timeline.sweep((live.openLook - 1) * config.look);
    live.absorb(timeline);
    tap.map.releaseAwaited();
    tap.release(buffer);
  } finally {
    tap.buffer = undefined;
    ports.unhold();
  }
  logger.info('signals are watched', {
    families: timeline.families.size,
    signals: timeline.awakeNow,
    tookMs: Math.round(clock.monotonicMs() - startMs),
  });
  return true;
}

/** What is stored for looks that are still open. */
async function readNewest(timeline: Timeline, openLook: number, ports: JoinPorts): Promise<void> {
  const { config, samples, clock } = ports;
  const fromMs = (openLook - 1) * config.look + 1;
  for (const watched of timeline.families.values()) {
    if (watched.expression !== undefined) continue;
    const series = await readHistory(watched, fromMs, clock.nowMs() + FUTURE_MS, ports, () => undefined);
    feed(watched, series, Number.POSITIVE_INFINITY, config.look, openLook, samples);
  }
}
