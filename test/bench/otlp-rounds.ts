/**
 * Turns one encoded ExportMetricsServiceRequest into the same request at a later time, by overwriting the
 * fixed-width fields of its number data points: encoding afresh would cost the load side more than the
 * server spends.
 */

/** Byte offsets of fixed64 fields, one entry per number data point. */
export interface PointOffsets {
  readonly times: Uint32Array;
  /** Of `as_double` or `as_int`; -1 is not possible, a point without a value is left out. */
  readonly values: Uint32Array;
  /** 1 where the value is an int64. */
  readonly isInteger: Uint8Array;
}

/** Fields by message on the way down: ExportMetricsServiceRequest, ResourceMetrics, ScopeMetrics, Metric, Gauge or Sum. */
const pathFields: readonly (readonly number[])[] = [[1], [2], [2], [5, 7], [1]];
const TIME_FIELD = 3;
const DOUBLE_FIELD = 4;
const INTEGER_FIELD = 6;

export function findPoints(bytes: Uint8Array): PointOffsets {
  const times: number[] = [];
  const values: number[] = [];
  const isInteger: number[] = [];
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = bytes[at++];
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
  };
  const walk = (depth: number, end: number): void => {
    let time = -1;
    let value = -1;
    let integer = 0;
    while (at < end) {
      const tag = varint();
      const field = tag >>> 3;
      if ((tag & 7) === 2) {
        const length = varint();
        if (pathFields[depth]?.includes(field)) walk(depth + 1, at + length);
        else at += length;
      } else if ((tag & 7) === 1) {
        if (field === TIME_FIELD) time = at;
        if (field === DOUBLE_FIELD || field === INTEGER_FIELD) {
          value = at;
          integer = field === INTEGER_FIELD ? 1 : 0;
        }
        at += 8;
      } else if ((tag & 7) === 5) at += 4;
      else varint();
    }
    if (depth === pathFields.length && time >= 0 && value >= 0) {
      times.push(time);
      values.push(value);
      isInteger.push(integer);
    }
  };
  walk(0, bytes.length);
  return {
    times: Uint32Array.from(times),
    values: Uint32Array.from(values),
    isInteger: Uint8Array.from(isInteger),
  };
}

/**
 * Sets every point's time to `timeMs` and moves its value by what `step` says: whole numbers by whole numbers.
 * Changes `bytes`.
 */
export function advancePoints(
  bytes: Uint8Array,
  points: PointOffsets,
  timeMs: number,
  step: (point: number) => number,
): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const nanoseconds = BigInt(timeMs) * 1_000_000n;
  const low = Number(nanoseconds & 0xffff_ffffn);
  const high = Number(nanoseconds >> 32n);
  for (let point = 0; point < points.times.length; point++) {
    view.setUint32(points.times[point], low, true);
    view.setUint32(points.times[point] + 4, high, true);
    const at = points.values[point];
    const moved = step(point);
    if (points.isInteger[point] === 1) {
      view.setBigInt64(at, view.getBigInt64(at, true) + BigInt(Math.floor(moved)), true);
    } else {
      view.setFloat64(at, view.getFloat64(at, true) + moved, true);
    }
  }
}
