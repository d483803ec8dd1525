import { assert } from '../base/index.ts';

/**
 * Windows `[start, start + sizeMs)` at all multiples of `slideMs`, negative ones too; tumbling when both are equal.
 * Time is cut into slices of the greatest common divisor, so that each slice is either in a window or not: an event
 * is accumulated once, in its slice, however many windows overlap there (Li et al. 2005, "No pane, no gain").
 */
export interface WindowShape {
  readonly sizeMs: number;
  readonly slideMs: number;
  readonly sliceMs: number;
}

export function windowShape(sizeMs: number, slideMs: number): WindowShape {
  assert(sizeMs >= slideMs && slideMs > 0, 'a window is at least as long as its slide');
  return { sizeMs, slideMs, sliceMs: greatestCommonDivisor(sizeMs, slideMs) };
}

/** Index of the slice that holds a time. */
export function sliceAt({ sliceMs }: WindowShape, timestampMs: number): number {
  return Math.floor(timestampMs / sliceMs);
}

/** Start of the earliest window that ends after `timestampMs`. */
export function firstStartEndingAfter({ sizeMs, slideMs }: WindowShape, timestampMs: number): number {
  return (Math.floor((timestampMs - sizeMs) / slideMs) + 1) * slideMs;
}

/** End of the latest window that holds `timestampMs`. */
export function lastEndHolding({ sizeMs, slideMs }: WindowShape, timestampMs: number): number {
  return Math.floor(timestampMs / slideMs) * slideMs + sizeMs;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
