/** Round numbers that divide [low, high] into about `count` parts, rising. */
export function valueTicks(low: number, high: number, count: number): number[] {
  const span = high - low;
  if (!(span > 0) || !Number.isFinite(span)) return [low];
  const rough = span / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10) * power;
  const ticks: number[] = [];
  // Tenths are not exact: a tick at an end must not be lost to that.
  const first = Math.ceil(low / step - 1e-9);
  for (let i = first; i * step <= high + step * 1e-9; i++) ticks.push(i * step + 0);
  return ticks;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
const timeSteps = [
  1,
  2,
  5,
  10,
  15,
  30,
  60,
  120,
  180,
  360,
  720,
  1440,
  2880,
  3 * 1440,
  7 * 1440,
  14 * 1440,
  28 * 1440,
  84 * 1440,
  364 * 1440,
].map((minutes) => minutes * MINUTE_MS);

export interface TimeTick {
  readonly timeMs: number;
  readonly text: string;
}

/** Times in UTC that divide [fromMs, toMs] into at most `count` parts, with what is written at them. */
export function timeTicks(fromMs: number, toMs: number, count: number): TimeTick[] {
  const stepMs = timeSteps.find((each) => (toMs - fromMs) / each <= count) ?? timeSteps[timeSteps.length - 1];
  const ticks: TimeTick[] = [];
  // Weeks begin on Mondays; the epoch was a Thursday.
  const originMs = stepMs >= 7 * DAY_MS ? 4 * DAY_MS : 0;
  for (let i = Math.ceil((fromMs - originMs) / stepMs); originMs + i * stepMs <= toMs; i++) {
    const timeMs = originMs + i * stepMs;
    const iso = new Date(timeMs).toISOString();
    ticks.push({
      timeMs,
      text: stepMs >= HOUR_MS && timeMs % DAY_MS === 0 ? iso.slice(5, 10) : iso.slice(11, 16),
    });
  }
  return ticks;
}

/** Up to four significant digits, thousands as k, M, G. */
export function numberText(value: number): string {
  if (!Number.isFinite(value)) return '-';
  const size = Math.abs(value);
  for (const [unit, letter] of [
    [1e9, 'G'],
    [1e6, 'M'],
    [1e4, 'k'],
  ] as const) {
    const scale = letter === 'k' ? 1e3 : unit;
    if (size >= unit) return `${Number((value / scale).toPrecision(4))}${letter}`;
  }
  return String(Number(value.toPrecision(4)));
}
