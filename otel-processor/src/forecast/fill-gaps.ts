export interface FilledSignal {
  /** No NaN, unless there was nothing but NaN. The given ones themselves when nothing is missing. */
  readonly values: Float64Array;
  /** 1 where a value was given. */
  readonly present: Uint8Array;
  readonly presentCount: number;
}

/**
 * Puts something likely where no value is: the one of a season before when the gap is longer than a few steps, else a
 * straight line from neighbour to neighbour. What was put in teaches experts, but is not held against them.
 */
export function fillGaps(given: Float64Array, season: number): FilledSignal {
  const present = new Uint8Array(given.length);
  let presentCount = 0;
  for (let i = 0; i < given.length; i++) {
    // Of infinities and NaN the difference to themselves is NaN.
    if (given[i] - given[i] !== 0) continue;
    present[i] = 1;
    presentCount += 1;
  }
  if (presentCount === given.length || presentCount === 0) return { values: given, present, presentCount };
  const values = Float64Array.from(given);
  for (let start = 0; start < values.length; ) {
    if (present[start] === 1) {
      start += 1;
      continue;
    }
    let end = start;
    while (end < values.length && present[end] === 0) end += 1;
    fillGap(values, start, end, season);
    start = end;
  }
  return { values, present, presentCount };
}

/** Gaps up to this share of a season are bridged by a line. */
const SHORT_GAP = 1 / 12;

function fillGap(values: Float64Array, start: number, end: number, season: number): void {
  if (season > 1 && end - start > season * SHORT_GAP && start >= season) {
    // Everything before `start` is filled by now; a gap of several seasons repeats its first one.
    for (let i = start; i < end; i++) values[i] = values[i - season];
    return;
  }
  const before = start > 0 ? values[start - 1] : values[end];
  const after = end < values.length ? values[end] : before;
  for (let i = start; i < end; i++) {
    values[i] = before + ((after - before) * (i - start + 1)) / (end - start + 1);
  }
}
