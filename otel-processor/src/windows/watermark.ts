import type { ByteReader, ByteWriter } from '../base/index.ts';

export interface WatermarkOptions {
  /** How far behind the newest event of its source an event is expected to be, at most. */
  readonly outOfOrdernessMs: number;
  /** A source that sent nothing for so long does not hold the watermark back. */
  readonly idleAfterMs: number;
  /** Sources told apart; further ones share one. */
  readonly sourcesMax: number;
}

interface SourceState {
  newestMs: number;
  /** Processing time of the last event. */
  seenAtMs: number;
}

const OTHER = '';

/**
 * Says up to what event time no more events are expected: the newest time of each source less the out-of-orderness
 * bound, and of these the least over the sources that are not idle. When all are idle it follows the clock, less the
 * bound and the idle time, so that the last windows of a stream that ended close too. Never goes back, and is never
 * ahead of the clock: one event with a time in the future closes no window before that time has come.
 */
export class WatermarkTracker {
  readonly #options: WatermarkOptions;
  readonly #sources = new Map<string, SourceState>();
  #watermarkMs = Number.NEGATIVE_INFINITY;

  constructor(options: WatermarkOptions) {
    this.#options = options;
  }

  get watermarkMs(): number {
    return this.#watermarkMs;
  }

  get sourceCount(): number {
    return this.#sources.size;
  }

  observe(source: string, newestMs: number, nowMs: number): void {
    let state = this.#sources.get(source);
    if (state === undefined) {
      const name = this.#sources.size < this.#options.sourcesMax ? source : OTHER;
      state = this.#sources.get(name) ?? { newestMs: Number.NEGATIVE_INFINITY, seenAtMs: nowMs };
      this.#sources.set(name, state);
    }
    state.newestMs = Math.max(state.newestMs, newestMs);
    state.seenAtMs = nowMs;
  }

  /**
   * The watermark at processing time `nowMs`. Idle sources are forgotten. It does not depend on how often one looks: where
   * a source had come to when it fell silent counts also when that is noticed later.
   */
  advance(nowMs: number): number {
    const { outOfOrdernessMs, idleAfterMs } = this.#options;
    let leastMs = Number.POSITIVE_INFINITY;
    let silentSinceMs = Number.NEGATIVE_INFINITY;
    let silentAtMs = Number.NEGATIVE_INFINITY;
    for (const [source, { newestMs, seenAtMs }] of this.#sources) {
      if (nowMs - seenAtMs < idleAfterMs) {
        leastMs = Math.min(leastMs, newestMs);
        continue;
      }
      this.#sources.delete(source);
      const sinceMs = seenAtMs + idleAfterMs;
      const atMs = Math.min(newestMs, sinceMs);
      if (sinceMs > silentSinceMs) silentAtMs = atMs;
      else if (sinceMs === silentSinceMs) silentAtMs = Math.min(silentAtMs, atMs);
      silentSinceMs = Math.max(silentSinceMs, sinceMs);
    }
    if (leastMs === Number.POSITIVE_INFINITY) {
      if (silentSinceMs === Number.NEGATIVE_INFINITY && this.#watermarkMs === Number.NEGATIVE_INFINITY)
        return this.#watermarkMs;
      leastMs = Math.max(nowMs - idleAfterMs, silentAtMs);
    }
    const candidateMs = Math.min(leastMs, nowMs) - outOfOrdernessMs;
    if (candidateMs > this.#watermarkMs) this.#watermarkMs = candidateMs;
    return this.#watermarkMs;
  }

  encode(writer: ByteWriter): void {
    writer.float64(this.#watermarkMs);
    writer.uvarint(this.#sources.size);
    for (const [source, { newestMs, seenAtMs }] of this.#sources) {
      writer.string(source);
      writer.float64(newestMs);
      writer.float64(seenAtMs);
    }
  }

  decode(reader: ByteReader): void {
    this.#watermarkMs = reader.float64();
    this.#sources.clear();
    for (let left = reader.uvarint(); left > 0; left--) {
      this.#sources.set(reader.string(), { newestMs: reader.float64(), seenAtMs: reader.float64() });
    }
  }
}
