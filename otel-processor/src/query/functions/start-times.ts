/**
 * Whether a counter began anew between two samples, by their start times (0: unknown). A start at or after the
 * sample itself says nothing. A start exactly at the previous sample is a delta's, unless that sample's own
 * start is unknown: then it is a running total of unknown start (OpenTelemetry metrics data model,
 * "Cumulative streams: handling unknown start time").
 */
export function startsAnew(
  previousStartMs: number,
  previousMs: number,
  startMs: number,
  timeMs: number,
): boolean {
  if (startMs === 0 || startMs >= timeMs || startMs < previousMs) return false;
  if (startMs > previousMs) return true;
  return previousStartMs !== 0 && previousStartMs < previousMs;
}

/** Whether a sample claims to have begun before the one before it ended, and not together with it. */
export function startOverlaps(previousStartMs: number, previousMs: number, startMs: number): boolean {
  return startMs !== 0 && startMs < previousMs && startMs !== previousStartMs;
}
