export function escapeText(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

/** A tenth of a pixel is finer than anybody sees. */
export function coordinate(value: number): string {
  return String(Math.round(value * 10) / 10);
}

/** One path over the points that are numbers; where one is missing the line is broken. */
export function linePath(xs: ArrayLike<number>, ys: ArrayLike<number>): string {
  let path = '';
  let isDown = false;
  for (let i = 0; i < xs.length; i++) {
    if (!Number.isFinite(ys[i])) {
      isDown = false;
      continue;
    }
    path += `${isDown ? 'L' : 'M'}${coordinate(xs[i])} ${coordinate(ys[i])}`;
    isDown = true;
  }
  return path;
}

/** A filled shape between two lines for each stretch where both are numbers. */
export function areaPath(xs: ArrayLike<number>, lows: ArrayLike<number>, highs: ArrayLike<number>): string {
  let path = '';
  for (let start = 0; start < xs.length; ) {
    if (!Number.isFinite(lows[start] + highs[start])) {
      start += 1;
      continue;
    }
    let end = start;
    while (end < xs.length && Number.isFinite(lows[end] + highs[end])) end += 1;
    for (let i = start; i < end; i++) {
      path += `${i === start ? 'M' : 'L'}${coordinate(xs[i])} ${coordinate(highs[i])}`;
    }
    for (let i = end - 1; i >= start; i--) path += `L${coordinate(xs[i])} ${coordinate(lows[i])}`;
    path += 'Z';
    start = end;
  }
  return path;
}
