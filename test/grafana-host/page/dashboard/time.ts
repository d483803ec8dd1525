import { dateTime, rangeUtil, type TimeRange } from '@grafana/data';

/** From an address: `now-1h`, or milliseconds since 1970. */
export function rangeFrom(from: string, to: string): TimeRange {
  const time = (text: string) => (/^\d+$/.test(text) ? dateTime(Number(text)) : text);
  return rangeUtil.convertRawToRange({ from: time(from), to: time(to) });
}

export function isRelative({ raw }: TimeRange): boolean {
  return typeof raw.from === 'string' || typeof raw.to === 'string';
}

/** A relative range ends now again; one that was zoomed into stays. */
export function movedOn(range: TimeRange): TimeRange {
  return isRelative(range) ? rangeUtil.convertRawToRange(range.raw) : range;
}

/** The dashboard's range, or the one that a panel has instead. */
export function rangeOfPanel(timeFrom: string | undefined, range: TimeRange): TimeRange {
  if (timeFrom === undefined) return range;
  const { from, to } = rangeUtil.describeTextRange(timeFrom);
  return rangeUtil.convertRawToRange({ from, to });
}

/** As an address has it. */
export function parametersOf({ raw }: TimeRange): { from: string; to: string } {
  const text = (time: TimeRange['raw']['from']): string =>
    typeof time === 'string' ? time : String(time.valueOf());
  return { from: text(raw.from), to: text(raw.to) };
}

export function absolute(fromMs: number, toMs: number): TimeRange {
  const [from, to] = [dateTime(Math.round(fromMs)), dateTime(Math.round(toMs))];
  return { from, to, raw: { from, to } };
}

/** By half its length. */
export function shifted(range: TimeRange, direction: -1 | 1): TimeRange {
  const [fromMs, toMs] = [range.from.valueOf(), range.to.valueOf()];
  const byMs = (direction * (toMs - fromMs)) / 2;
  return absolute(fromMs + byMs, Math.min(toMs + byMs, Math.max(toMs, Date.now())));
}

/** Twice as long, around the same middle. */
export function zoomedOut(range: TimeRange): TimeRange {
  const [fromMs, toMs] = [range.from.valueOf(), range.to.valueOf()];
  const halfMs = Math.max(1000, (toMs - fromMs) / 2);
  return absolute(fromMs - halfMs, toMs + halfMs);
}
