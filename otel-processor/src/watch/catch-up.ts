import type { Clock } from '../base/index.ts';
import type { QueryEngine } from '../query/types.ts';
import type { WatchConfig } from './config.ts';
import { readExpression } from './expressions.ts';
import type { FamilyEvent } from './family-episode.ts';
import { feed, type HistoryPorts, readFamily, type SlotSamples } from './history-reader.ts';
import { SWEEP_MS, type Timeline, type WatchedFamily } from './timeline.ts';
import { Turns } from './turns.ts';

export interface CatchUpPorts extends HistoryPorts {
  readonly clock: Clock;
  readonly engine: QueryEngine;
  readonly config: WatchConfig;
}

export interface CatchUpOptions {
  /** Up to here only steps are looked at, not what is between them. */
  readonly coarseUntilMs: number;
  /** Told after each slice: the part that is done, in [0, 1]. */
  progress(done: number): void;
  stopped(): boolean;
  /** Of one core. */
  readonly share: number;
}

/** Time read at once: long where only steps are looked at, an hour where everything is as it was live. */
const SLICE_MS = 6 * SWEEP_MS;

/**
 * Brings a timeline to `targetLook` with samples from the store, exactly as if they had come one after the other: in
 * slices of time, family by family, look by look.
 */
export async function catchUp(
  timeline: Timeline,
  targetLook: number,
  options: CatchUpOptions,
  ports: CatchUpPorts,
): Promise<void> {
  const { config, clock } = ports;
  const lookMs = config.look;
  const firstLook = timeline.openLook;
  const turns = new Turns(clock, options.share);
  while (timeline.openLook <= targetLook && !options.stopped()) {
    const from = timeline.openLook;
    // Slices end at the same times whenever they begin: as live, what is silent is forgotten at the full hour.
    const sliceMs = from * lookMs + SLICE_MS <= options.coarseUntilMs ? SLICE_MS : SWEEP_MS;
    const sliceLooks = Math.max(1, Math.floor(sliceMs / lookMs));
    const to = Math.min(targetLook, Math.ceil(from / sliceLooks) * sliceLooks);
    const events: FamilyEvent[] = [];
    for (const watched of timeline.families.values()) {
      const series = await readHistory(watched, (from - 1) * lookMs + 1, to * lookMs, ports, () =>
        turns.pause(),
      );
      await run(watched, series, { from, to }, { timeline, options, ports, turns, events });
      if (options.stopped()) return;
    }
    timeline.conclude(events);
    timeline.openLook = to + 1;
    if (to % Math.max(1, Math.floor(SWEEP_MS / lookMs)) === 0) timeline.sweep(to * lookMs);
    options.progress(Math.min(1, (to - firstLook + 1) / (targetLook - firstLook + 1)));
  }
}

/** The stored samples of a family, or what its expression gave. */
export async function readHistory(
  watched: WatchedFamily,
  fromMs: number,
  toMs: number,
  ports: CatchUpPorts,
  pause: () => Promise<void> | undefined,
): Promise<readonly SlotSamples[]> {
  if (watched.expression === undefined) return readFamily(watched, fromMs, toMs, ports, pause);
  return readExpression(watched, fromMs, toMs, ports.samples, ports.engine);
}

interface Run {
  readonly timeline: Timeline;
  readonly options: CatchUpOptions;
  readonly ports: CatchUpPorts;
  readonly turns: Turns;
  readonly events: FamilyEvent[];
}

async function run(
  watched: WatchedFamily,
  series: readonly SlotSamples[],
  { from, to }: { readonly from: number; readonly to: number },
  { timeline, options, ports, turns, events }: Run,
): Promise<void> {
  const { config, samples } = ports;
  const lookMs = config.look;
  if (watched.family.leaves.length === 0) return;
  const coarseLooks = Math.max(1, Math.round(watched.settings.profile.stepMs / lookMs));
  for (let look = from; look <= to; look++) {
    const timeMs = look * lookMs;
    feed(watched, series, timeMs, lookMs, look, samples);
    if (timeMs <= options.coarseUntilMs && look % coarseLooks !== 0) {
      watched.family.settle(look, samples);
      continue;
    }
    const event = await turns.finish(timeline.lookAt(watched, look));
    if (event !== undefined) events.push(event);
  }
}
