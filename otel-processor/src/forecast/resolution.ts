/** Blocks that a forecast is computed on, or up to twice as many: two weeks are seen by quarters of an hour. */
const BLOCKS_AIMED_AT = 1344;

/** A signal cut into blocks of equal length that end with its newest value. */
export interface Resolution {
  /** Values per block; 1: every value stands for itself. */
  readonly blockSteps: number;
  /** The season in blocks; 1 when there is none. */
  readonly season: number;
}

/**
 * Two weeks of minutes are not forecast minute by minute: the season is divided into equal blocks, long enough that there
 * are a few thousand of them, and what happens within a block every season is put back afterwards.
 */
export function chooseResolution(length: number, season: number): Resolution {
  if (length <= 2 * BLOCKS_AIMED_AT) return { blockSteps: 1, season };
  const wished = length / BLOCKS_AIMED_AT;
  if (season > 1) {
    let best = 0;
    for (let steps = Math.ceil(wished / 2); steps <= 2 * wished && 2 * steps <= season; steps++) {
      if (season % steps === 0 && Math.abs(steps - wished) < Math.abs(best - wished)) best = steps;
    }
    if (best > 0) return { blockSteps: best, season: season / best };
  }
  // A season that no block divides, or shorter than a block: it is left to what comes back within the horizon.
  return { blockSteps: Math.ceil(wished), season: 1 };
}

/** Means of the blocks; a first block that is not full is left out. */
export function blockMeans(values: Float64Array, blockSteps: number): Float64Array {
  if (blockSteps === 1) return values;
  const count = Math.floor(values.length / blockSteps);
  const means = new Float64Array(count);
  let position = values.length - count * blockSteps;
  for (let block = 0; block < count; block++) {
    let sum = 0;
    for (let i = 0; i < blockSteps; i++) sum += values[position++];
    means[block] = sum / blockSteps;
  }
  return means;
}

/** The last values of the blocks: for totals. */
export function blockEnds(values: Float64Array, blockSteps: number): Float64Array {
  if (blockSteps === 1) return values;
  const count = Math.floor(values.length / blockSteps);
  const first = values.length - count * blockSteps;
  return Float64Array.from({ length: count }, (_, block) => values[first + (block + 1) * blockSteps - 1]);
}

/**
 * The value at `step` (counted from the first forecast block's first step) on the line through the blocks' points.
 * `before` is the last known block; a mean stands in the middle of its block, a total at its end.
 */
export function alongBlocks(
  blocks: Float64Array,
  before: number,
  step: number,
  blockSteps: number,
  isTotal: boolean,
): number {
  if (blockSteps === 1) return blocks[step];
  const point = isTotal ? blockSteps - 1 : (blockSteps - 1) / 2;
  const position = (step - point) / blockSteps;
  const index = Math.floor(position);
  const low = index < 0 ? before : blocks[Math.min(index, blocks.length - 1)];
  const high = blocks[Math.min(index + 1, blocks.length - 1)];
  return low + (high - low) * (position - index);
}
