import type { Course } from './backtest.ts';
import { fillGaps } from './fill-gaps.ts';
import { findSeason, longSeasonOf } from './find-season.ts';
import { blockEnds, blockMeans, chooseResolution } from './resolution.ts';

/** A signal made ready for the experts. */
export interface PreparedSignal {
  readonly course: Course;
  /** Filled, at full resolution; totals of a counter go on over its resets. */
  readonly values: Float64Array;
  /** 1 where a value was given. */
  readonly present: Uint8Array;
  readonly presentCount: number;
  readonly blockSteps: number;
  /** In steps. */
  readonly season: number;
  /** What was added to the newest total by resets. */
  readonly resetTotal: number;
}

export interface PrepareOptions {
  readonly season?: number;
  readonly stepMs?: number;
  readonly horizonSteps: number;
  readonly isCounter: boolean;
}

const DAY_MS = 86_400_000;
/** Longer history is looked at in blocks to find its season. */
const SEARCH_STEPS_MAX = 2048;

export function prepareSignal(given: Float64Array, options: PrepareOptions): PreparedSignal {
  const { totals, resetTotal } = options.isCounter ? unwrapped(given) : { totals: given, resetTotal: 0 };
  const bridged = fillGaps(totals, options.season ?? 1);
  const season = seasonOf(bridged.values, options);
  const { values, present, presentCount } =
    season > 1 && presentShare(bridged.presentCount, totals) < 1 && !options.isCounter
      ? fillGaps(totals, season)
      : bridged;
  const resolution = chooseResolution(values.length, season);
  const { blockSteps } = resolution;
  const horizon = blockSteps === 1 ? options.horizonSteps : Math.ceil(options.horizonSteps / blockSteps) + 1;
  const ends = options.isCounter ? blockEnds(values, blockSteps) : undefined;
  const blocks = ends === undefined ? blockMeans(values, blockSteps) : increments(ends);
  const stepMs = options.stepMs === undefined ? undefined : options.stepMs * blockSteps;
  const longSeason = longSeasonOf(resolution.season, blocks.length, stepMs);
  const track = { values: blocks, season: resolution.season, longSeason, horizon };
  const blocksPresent = blockSteps === 1 ? present : presentBlocks(present, blockSteps);
  const course: Course = {
    track,
    present: blocksPresent,
    ...(isPositive(blocks) ? { logTrack: { ...track, values: blocks.map(Math.log) } } : {}),
    ...(ends === undefined ? {} : { totals: ends }),
  };
  return { course, values, present, presentCount, blockSteps, season, resetTotal };
}

function presentShare(count: number, values: Float64Array): number {
  return count / values.length;
}

/** Blocks that the day is a multiple of, so that it is found as what it is; as asked for when there are none nearby. */
function searchBlock(least: number, stepMs: number | undefined): number {
  if (stepMs === undefined) return least;
  for (let steps = least; steps <= 2 * least; steps++) if (DAY_MS % (stepMs * steps) === 0) return steps;
  return least;
}

function seasonOf(values: Float64Array, { season, stepMs, isCounter }: PrepareOptions): number {
  if (season !== undefined) return season >= 2 && 2 * season <= values.length ? season : 1;
  const blockSteps = searchBlock(Math.ceil(values.length / SEARCH_STEPS_MAX), stepMs);
  const blocks = isCounter ? increments(blockEnds(values, blockSteps)) : blockMeans(values, blockSteps);
  const found = findSeason(blocks, stepMs === undefined ? undefined : stepMs * blockSteps);
  return found > 1 ? found * blockSteps : 1;
}

/** Goes on where a total begins anew, as a rate does. */
function unwrapped(given: Float64Array): { totals: Float64Array; resetTotal: number } {
  const totals = new Float64Array(given.length);
  let resetTotal = 0;
  let before = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < given.length; i++) {
    if (given[i] < before) resetTotal += before;
    if (Number.isFinite(given[i])) before = given[i];
    totals[i] = given[i] + resetTotal;
  }
  return { totals, resetTotal };
}

function increments(totals: Float64Array): Float64Array {
  const differences = new Float64Array(totals.length);
  for (let i = 1; i < totals.length; i++) differences[i] = totals[i] - totals[i - 1];
  if (totals.length > 1) differences[0] = differences[1];
  return differences;
}

function isPositive(values: Float64Array): boolean {
  for (let i = 0; i < values.length; i++) if (!(values[i] > 0)) return false;
  return values.length > 0;
}

/** A block counts when at least half of it was given. */
function presentBlocks(present: Uint8Array, blockSteps: number): Uint8Array {
  const count = Math.floor(present.length / blockSteps);
  const blocks = new Uint8Array(count);
  let position = present.length - count * blockSteps;
  for (let block = 0; block < count; block++) {
    let sum = 0;
    for (let i = 0; i < blockSteps; i++) sum += present[position++];
    blocks[block] = 2 * sum >= blockSteps ? 1 : 0;
  }
  return blocks;
}
