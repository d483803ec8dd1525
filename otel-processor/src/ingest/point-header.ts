import { FaultError, permanent } from '../base/index.ts';
import type { IdentityHash } from './identity-hash.ts';
import type { WireReader } from './wire.ts';

/** Bit 0 of `flags`: the point says only that there is no value (DataPointFlags in metrics.proto). */
export const NO_RECORDED_VALUE = 1;

/** No encoder scatters attributes between other fields; this only bounds what a hostile one can make us keep. */
const RUNS_MAX = 1024;

/** What all kinds of OTLP data points have in common, read in place: positions and halves, no objects. */
export class PointHeader {
  /** Where the point's message lies. */
  start = 0;
  end = 0;
  startTimeLo = 0;
  startTimeHi = 0;
  timeLo = 0;
  timeHi = 0;
  flags = 0;
  /** Number of exemplars. */
  exemplarCount = 0;
  /** The last run of adjacent attributes, tags and lengths included; -1 when there is none. */
  attributesStart = -1;
  attributesEnd = -1;
  /** Earlier runs, start and end in turn: encoders write attributes side by side, but need not. */
  readonly earlierRuns: number[] = [];

  resetHeader(start: number, end: number): void {
    this.start = start;
    this.end = end;
    this.startTimeLo = 0;
    this.startTimeHi = 0;
    this.timeLo = 0;
    this.timeHi = 0;
    this.flags = 0;
    this.exemplarCount = 0;
    this.attributesStart = -1;
    this.attributesEnd = -1;
    if (this.earlierRuns.length > 0) this.earlierRuns.length = 0;
  }

  /** Takes the attribute whose tag is at `from` and whose value ends at `to`. */
  addAttribute(from: number, to: number): void {
    if (from !== this.attributesEnd) {
      if (this.attributesEnd >= 0) this.#keepRun();
      this.attributesStart = from;
    }
    this.attributesEnd = to;
  }

  #keepRun(): void {
    if (this.earlierRuns.length >= 2 * RUNS_MAX) {
      throw new FaultError(
        permanent('invalid', `the attributes of a data point are in more than ${RUNS_MAX} separate places`),
      );
    }
    this.earlierRuns.push(this.attributesStart, this.attributesEnd);
  }

  setTime(reader: WireReader, end: number): void {
    const next = reader.fixed64End(end);
    this.timeLo = reader.view.getInt32(reader.pos, true);
    this.timeHi = reader.view.getInt32(reader.pos + 4, true);
    reader.pos = next;
  }

  setStartTime(reader: WireReader, end: number): void {
    const next = reader.fixed64End(end);
    this.startTimeLo = reader.view.getInt32(reader.pos, true);
    this.startTimeHi = reader.view.getInt32(reader.pos + 4, true);
    reader.pos = next;
  }

  foldAttributes(hash: IdentityHash, view: DataView): void {
    const { earlierRuns } = this;
    for (let i = 0; i < earlierRuns.length; i += 2) hash.bytes(view, earlierRuns[i], earlierRuns[i + 1]);
    if (this.attributesEnd >= 0) hash.bytes(view, this.attributesStart, this.attributesEnd);
  }

  get hasTime(): boolean {
    return (this.timeLo | this.timeHi) !== 0;
  }

  get noRecordedValue(): boolean {
    return (this.flags & NO_RECORDED_VALUE) !== 0;
  }
}

/**
 * Whole milliseconds of a nanosecond timestamp given in halves, rounded down. The nanoseconds do not fit in a
 * number, so the high half is split: 2^32 ns = 4294 ms + 967296 ns.
 */
export function millisecondsOf(lo: number, hi: number): number {
  const high = hi >>> 0;
  return high * 4294 + Math.floor((high * 967_296 + (lo >>> 0)) / 1e6);
}
