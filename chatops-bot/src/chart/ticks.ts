/**
 * About `countMax` round numbers (1, 2, 2.5 or 5 times a power of ten) that span [low, high], rising. Just the two ends
 * where numbers are too near or too far apart for round ones between them.
 */
export function niceTicks(low: number, high: number, countMax: number): number[] {
  if (!(high > low)) return [low];
  const raw = (high - low) / Math.max(1, countMax);
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = ([1, 2, 2.5, 5, 10].find((factor) => factor * power >= raw * 0.999) ?? 10) * power;
  const first = Math.floor(low / step + 1e-9);
  const last = Math.ceil(high / step - 1e-9);
  if (!Number.isFinite(step) || ![first, last].every(Number.isSafeInteger)) return [low, high];
  const ticks: number[] = [];
  for (let index = first; index <= last; index++) ticks.push(Number((index * step).toPrecision(12)));
  return ticks;
}

const stepsMs = [
  1_000, 5_000, 15_000, 30_000, 60_000, 120_000, 300_000, 600_000, 900_000, 1_800_000, 3_600_000, 7_200_000,
  10_800_000, 21_600_000, 43_200_000, 86_400_000, 172_800_000, 604_800_000, 2_592_000_000,
];

export interface TimeTick {
  readonly atMs: number;
  readonly label: string;
}

/** At most `countMax` round local times within [fromMs, toMs]; midnights carry the date. */
export function timeTicks(fromMs: number, toMs: number, countMax: number, timeZone: string): TimeTick[] {
  const span = Math.max(1, toMs - fromMs);
  const stepMs = stepsMs.find((step) => span / step <= countMax) ?? Math.ceil(span / countMax);
  const local = localTime(timeZone);
  const ticks: TimeTick[] = [];
  // The zone's offset at the start aligns ticks to local hours; over a change of the clock they shift with it.
  const offsetMs = local.offsetMs(fromMs);
  const firstMs = Math.ceil((fromMs + offsetMs) / stepMs) * stepMs - offsetMs;
  for (let atMs = firstMs; atMs <= toMs; atMs += stepMs) {
    ticks.push({ atMs, label: local.label(atMs, stepMs) });
  }
  return ticks;
}

export interface LocalTime {
  offsetMs(atMs: number): number;
  label(atMs: number, stepMs: number): string;
}

export function localTime(timeZone: string): LocalTime {
  const format = formatOf(timeZone) ?? formatOf('UTC');
  if (format === undefined) throw new Error('the runtime does not know UTC');
  const parts = (atMs: number): Readonly<Record<string, string>> =>
    Object.fromEntries(format.formatToParts(atMs).map(({ type, value }) => [type, value]));
  return {
    offsetMs(atMs) {
      const { year, month, day, hour, minute, second } = parts(atMs);
      const localMs = Date.UTC(+year, +month - 1, +day, +hour, +minute, +second);
      return localMs - Math.floor(atMs / 1000) * 1000;
    },
    label(atMs, stepMs) {
      const { month, day, hour, minute, second } = parts(atMs);
      if (stepMs >= 86_400_000 || (hour === '00' && minute === '00' && stepMs >= 600_000)) {
        return `${month}-${day}`;
      }
      return stepMs < 60_000 ? `${hour}:${minute}:${second}` : `${hour}:${minute}`;
    },
  };
}

/** Whether the name is one that the runtime knows. */
export function isZone(timeZone: string): boolean {
  return formatOf(timeZone) !== undefined;
}

/** Zones are few; beyond so many somebody invents names. */
const FORMATS_MAX = 500;
const formats = new Map<string, Intl.DateTimeFormat | undefined>();

/** Made once for each zone, since making one takes longer than drawing an axis. */
function formatOf(timeZone: string): Intl.DateTimeFormat | undefined {
  if (formats.has(timeZone)) return formats.get(timeZone);
  if (formats.size >= FORMATS_MAX) formats.clear();
  const format = newFormat(timeZone);
  formats.set(timeZone, format);
  return format;
}

function newFormat(timeZone: string): Intl.DateTimeFormat | undefined {
  try {
    return new Intl.DateTimeFormat('en-GB', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    });
  } catch {
    return undefined;
  }
}
