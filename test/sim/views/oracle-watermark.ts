import type { ViewSpec } from './spec.ts';

/** The watermark by its definition: looked at whenever a source falls silent, and when asked. */
export class Watermark {
  readonly #spec: ViewSpec;
  readonly #sources = new Map<string, { newestMs: number; seenMs: number }>();
  #seen = false;
  valueMs = Number.NEGATIVE_INFINITY;

  constructor(spec: ViewSpec) {
    this.#spec = spec;
  }

  observe(source: string, newestMs: number, seenMs: number): void {
    this.#seen = true;
    const before = this.#sources.get(source)?.newestMs ?? Number.NEGATIVE_INFINITY;
    this.#sources.set(source, { newestMs: Math.max(before, newestMs), seenMs });
  }

  advance(nowMs: number): void {
    const { idleMs } = this.#spec;
    const ends = [...this.#sources.values()]
      .map(({ seenMs }) => seenMs + idleMs)
      .filter((endMs) => endMs <= nowMs);
    for (const endMs of [...new Set(ends)].sort((a, b) => a - b)) {
      this.#look(endMs);
      for (const [source, { seenMs }] of this.#sources)
        if (seenMs + idleMs <= endMs) this.#sources.delete(source);
    }
    this.#look(nowMs);
  }

  #look(atMs: number): void {
    if (!this.#seen) return;
    const active = [...this.#sources.values()].map(({ newestMs }) => newestMs);
    const reachedMs = active.length === 0 ? atMs - this.#spec.idleMs : Math.min(atMs, ...active);
    this.valueMs = Math.max(this.valueMs, reachedMs - this.#spec.outOfOrdernessMs);
  }
}
