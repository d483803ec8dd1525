/**
 * The smallest value that at least half of the weight is not above. Sorts the first `count` of both columns in place,
 * by insertion: made for a few dozen values. NaN when nothing weighs anything.
 */
export function weightedMedian(values: Float64Array, weights: Float64Array, count: number): number {
  let total = 0;
  for (let i = 0; i < count; i++) {
    const value = values[i];
    const weight = weights[i];
    total += weight;
    let j = i - 1;
    for (; j >= 0 && values[j] > value; j--) {
      values[j + 1] = values[j];
      weights[j + 1] = weights[j];
    }
    values[j + 1] = value;
    weights[j + 1] = weight;
  }
  let sum = 0;
  for (let i = 0; i < count; i++) {
    sum += weights[i];
    if (weights[i] > 0 && sum >= total / 2) return values[i];
  }
  return Number.NaN;
}
