/** What one pixel column of a picture stands for. NaN: nothing is there. */
export interface PixelColumns {
  readonly least: Float64Array;
  readonly greatest: Float64Array;
  readonly mean: Float64Array;
}

/** Least, greatest and mean value of each of `count` equal stretches: a spike of one step stays visible. */
export function pixelColumns(values: Float64Array, count: number): PixelColumns {
  const least = new Float64Array(count).fill(Number.NaN);
  const greatest = new Float64Array(count).fill(Number.NaN);
  const mean = new Float64Array(count).fill(Number.NaN);
  for (let column = 0; column < count; column++) {
    const start = Math.floor((column * values.length) / count);
    const end = Math.max(start + 1, Math.floor(((column + 1) * values.length) / count));
    let sum = 0;
    let known = 0;
    for (let i = start; i < end && i < values.length; i++) {
      const value = values[i];
      if (!Number.isFinite(value)) continue;
      sum += value;
      known += 1;
      if (!(value >= least[column])) least[column] = value;
      if (!(value <= greatest[column])) greatest[column] = value;
    }
    if (known > 0) mean[column] = sum / known;
  }
  return { least, greatest, mean };
}
