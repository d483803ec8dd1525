/**
 * Largest-triangle-three-buckets (Sveinn Steinarsson, 2013): `count` of the points, first and last among them, that keep
 * the look of the line. Gives indices, rising. Points without a value are left out first.
 */
export function downsample(
  timesMs: readonly number[],
  values: readonly (number | null)[],
  count: number,
): number[] {
  const indices: number[] = [];
  for (let i = 0; i < timesMs.length; i++) if (Number.isFinite(values[i] ?? Number.NaN)) indices.push(i);
  if (indices.length <= count || count < 3) return indices.slice(0, Math.max(0, count));
  const at = (i: number): readonly [number, number] => [timesMs[indices[i]], Number(values[indices[i]])];
  const kept = [0];
  const width = (indices.length - 2) / (count - 2);
  for (let bucket = 0; bucket < count - 2; bucket++) {
    const from = Math.floor(bucket * width) + 1;
    const to = Math.floor((bucket + 1) * width) + 1;
    const nextTo = Math.min(indices.length, Math.floor((bucket + 2) * width) + 1);
    let meanX = 0;
    let meanY = 0;
    for (let i = to; i < nextTo; i++) {
      meanX += at(i)[0] / (nextTo - to);
      meanY += at(i)[1] / (nextTo - to);
    }
    const [x, y] = at(kept[kept.length - 1]);
    let best = from;
    let bestArea = -1;
    for (let i = from; i < to; i++) {
      const area = Math.abs((x - meanX) * (at(i)[1] - y) - (x - at(i)[0]) * (meanY - y));
      if (area > bestArea) {
        bestArea = area;
        best = i;
      }
    }
    kept.push(best);
  }
  kept.push(indices.length - 1);
  return kept.map((i) => indices[i]);
}
