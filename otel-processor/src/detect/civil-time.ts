const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
/** 1970-01-01 was a Thursday; weeks here begin on Sunday. */
const EPOCH_WEEKDAY = 4;

/**
 * Local time of one zone with its holidays: where in the day and in the week a timestamp is. The zone's offset is
 * looked up once per hour of event time, so that a step costs a comparison; zones change theirs on the hour.
 */
export class CivilTime {
  readonly #format: Intl.DateTimeFormat | undefined;
  readonly #holidays: ReadonlySet<number>;
  #hour = Number.NaN;
  #offsetMs = 0;

  constructor(timeZone: string, holidays: readonly string[]) {
    this.#format =
      timeZone === 'UTC'
        ? undefined
        : new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' });
    this.#holidays = new Set(holidays.map((day) => Math.floor(Date.parse(`${day}T00:00:00Z`) / DAY_MS)));
  }

  /** Milliseconds since the epoch as the zone's wall clock counts them. */
  localMs(timestampMs: number): number {
    if (this.#format === undefined) return timestampMs;
    const hour = Math.floor(timestampMs / HOUR_MS);
    if (hour !== this.#hour) {
      this.#hour = hour;
      this.#offsetMs = offsetMs(this.#format, hour * HOUR_MS);
    }
    return timestampMs + this.#offsetMs;
  }

  /** Hour of the week, 0 is Sunday's first; a holiday's hours are Sunday's. */
  hourOfWeek(localMs: number): number {
    const hour = Math.floor(localMs / HOUR_MS);
    const day = Math.floor(hour / 24);
    const weekday = this.#holidays.size > 0 && this.#holidays.has(day) ? 0 : (day + EPOCH_WEEKDAY) % 7;
    return (weekday < 0 ? weekday + 7 : weekday) * 24 + (hour - day * 24);
  }
}

function offsetMs(format: Intl.DateTimeFormat, timestampMs: number): number {
  const name = format.formatToParts(timestampMs).find((part) => part.type === 'timeZoneName')?.value ?? '';
  const match = /GMT([+-])(\d\d):(\d\d)/.exec(name);
  if (match === null) return 0;
  return (match[1] === '-' ? -1 : 1) * (Number(match[2]) * HOUR_MS + Number(match[3]) * 60_000);
}

const known = new Map<string, CivilTime>();
/** Zones times holiday lists that are kept: more than anyone configures. */
const KNOWN_MAX = 64;

/** The same zone and holidays share one, and with it the looked-up offset. */
export function civilTime(timeZone: string, holidays: readonly string[]): CivilTime {
  const key = `${timeZone} ${holidays.join(' ')}`;
  let time = known.get(key);
  if (time === undefined) {
    if (known.size >= KNOWN_MAX) known.clear();
    time = new CivilTime(timeZone, holidays);
    known.set(key, time);
  }
  return time;
}
