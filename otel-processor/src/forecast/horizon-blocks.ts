/**
 * Where the blocks of a horizon begin, and its end: near, middle and far. What is right for the next step and for the
 * far end differ; steps of one block share weights and what was learnt about their errors.
 */
export function horizonBlocks(horizon: number): number[] {
  return [...new Set([0, Math.ceil(horizon / 8), Math.ceil(horizon / 2), horizon])];
}

/** The block of step `h`, counted from 0; steps behind the horizon belong to the last one. */
export function blockOf(blocks: readonly number[], h: number): number {
  let block = 0;
  while (block < blocks.length - 2 && h >= blocks[block + 1]) block += 1;
  return block;
}
