export type AxisScaleKind = 'linear' | 'log2' | 'log10' | 'symlog';

/** A monotone map from a value to a position without unit, and where its round values are. */
export interface AxisScale {
  readonly kind: AxisScaleKind;
  forward(value: number): number;
  inverse(position: number): number;
  /** Round values within [low, high], at most about `count`, ascending. */
  ticks(low: number, high: number, count: number): readonly number[];
}

export function axisScale(kind: AxisScaleKind): AxisScale {
  if (kind === 'log2') return logScale('log2', 2);
  if (kind === 'log10') return logScale('log10', 10);
  if (kind === 'symlog') return symlogScale();
  return { kind, forward: (value) => value, inverse: (position) => position, ticks: linearTicks };
}

/** Multiples of 1, 2 or 5 times a power of ten. */
export function linearTicks(low: number, high: number, count: number): readonly number[] {
  if (!(high > low) || !Number.isFinite(high - low)) return Number.isFinite(low) ? [low] : [];
  const step = niceStep((high - low) / Math.max(1, count));
  const ticks: number[] = [];
  // A relative slack, since multiples of 0.1 are not exact.
  for (let i = Math.ceil(low / step - 1e-9); i * step <= high + step * 1e-9; i++) {
    ticks.push(Number((i * step).toPrecision(12)));
  }
  return ticks;
}

export function niceStep(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(rough));
  const fraction = rough / power;
  return (fraction <= 1 ? 1 : fraction <= 2 ? 2 : fraction <= 5 ? 5 : 10) * power;
}

function logScale(kind: AxisScaleKind, base: number): AxisScale {
  const scale = Math.log(base);
  return {
    kind,
    // What has no logarithm stands far below everything.
    forward: (value) => (value > 0 ? Math.log(value) / scale : -324 / Math.log10(base)),
    inverse: (position) => base ** position,
    ticks: (low, high, count) => powerTicks(base, low, high, count),
  };
}

function powerTicks(base: number, low: number, high: number, count: number): readonly number[] {
  if (!(low > 0) || !(high > low)) return [];
  const from = Math.ceil(Math.log(low) / Math.log(base) - 1e-9);
  const to = Math.floor(Math.log(high) / Math.log(base) + 1e-9);
  // Less than two powers are in sight: round values say more.
  if (to - from < 1) return linearTicks(low, high, count);
  if (base === 10 && (to - from + 1) * 3 <= count) return withTwoAndFive(low, high, from, to);
  const every = Math.max(1, Math.ceil((to - from + 1) / Math.max(1, count)));
  const ticks: number[] = [];
  for (let i = from; i <= to; i += every) ticks.push(Number((base ** i).toPrecision(12)));
  return ticks;
}

function withTwoAndFive(low: number, high: number, from: number, to: number): readonly number[] {
  const ticks: number[] = [];
  for (let i = from - 1; i <= to; i++) {
    for (const part of [1, 2, 5]) {
      const tick = Number((part * 10 ** i).toPrecision(12));
      if (tick >= low && tick <= high) ticks.push(tick);
    }
  }
  return ticks;
}

/** asinh: linear around zero, logarithmic far from it, on both sides. */
function symlogScale(): AxisScale {
  return {
    kind: 'symlog',
    forward: (value) => Math.asinh(value),
    inverse: (position) => Math.sinh(position),
    ticks(low, high, count) {
      const half = Math.max(2, Math.floor(count / 2));
      const up = high > 1 ? powerTicks(10, Math.max(1, low), high, half) : [];
      const down = low < -1 ? powerTicks(10, Math.max(1, -high), -low, half) : [];
      const middle = low <= 0 && high >= 0 ? [0] : [];
      const ticks = [...down.map((tick) => -tick).reverse(), ...middle, ...up];
      return ticks.length >= 2 ? ticks : linearTicks(low, high, count);
    },
  };
}
