export interface Scale {
  x(timeMs: number): number;
  y(value: number): number;
}

/** An SVG path through the points, with a gap wherever there is no value. A point alone is a short dash. */
export function linePath(
  timesMs: readonly number[],
  values: readonly (number | null)[],
  scale: Scale,
  fromMs = Number.NEGATIVE_INFINITY,
  toMs = Number.POSITIVE_INFINITY,
): string {
  let path = '';
  let open = false;
  for (let i = 0; i < timesMs.length; i++) {
    const value = values[i];
    if (
      value === null ||
      value === undefined ||
      !Number.isFinite(value) ||
      timesMs[i] < fromMs ||
      timesMs[i] > toMs
    ) {
      open = false;
      continue;
    }
    const point = `${digits(scale.x(timesMs[i]))} ${digits(scale.y(value))}`;
    path += open ? `L${point}` : `M${point}h0.5`;
    open = true;
  }
  return path;
}

/** A closed shape between two lines, one for each run of times that have both values. */
export function bandPath(
  timesMs: readonly number[],
  lower: readonly (number | null)[],
  upper: readonly (number | null)[],
  scale: Scale,
): string {
  let path = '';
  let run: number[] = [];
  const close = (): void => {
    if (run.length > 1) {
      const point = (i: number, value: number): string =>
        `${digits(scale.x(timesMs[i]))} ${digits(scale.y(value))}`;
      const there = run.map((i) => point(i, Number(upper[i])));
      const back = run.toReversed().map((i) => point(i, Number(lower[i])));
      path += `M${[...there, ...back].join('L')}Z`;
    }
    run = [];
  };
  for (let i = 0; i < timesMs.length; i++) {
    if (isValue(lower[i]) && isValue(upper[i])) run.push(i);
    else close();
  }
  close();
  return path;
}

function isValue(value: number | null | undefined): boolean {
  return value !== null && value !== undefined && Number.isFinite(value);
}

export function digits(value: number): string {
  return String(Math.round(value * 10) / 10);
}
