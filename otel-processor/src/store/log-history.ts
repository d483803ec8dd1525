import { join } from 'node:path';
import type { Disk } from './disk.ts';
import { segmentPattern } from './event-log-content.ts';
import { segmentName } from './wal.ts';

export interface HistoryLimits {
  /** How long requests are kept after the state that they led to was written; 0 for not at all. */
  readonly ageMs: number;
  readonly sizeBytes: number;
}

/** Segments written between two checkpoints. */
interface Stretch {
  /** First segment after them. */
  readonly endSegment: number;
  readonly sizeBytes: number;
  readonly closedMs: number;
}

/** Which old segments of a log may stay. */
export class LogHistory {
  readonly #limits: HistoryLimits;
  readonly #stretches: Stretch[] = [];

  constructor(limits: HistoryLimits) {
    this.#limits = limits;
  }

  /** Says that the segments before `endSegment`, and after those said before, hold `sizeBytes` and are closed. */
  close(endSegment: number, sizeBytes: number, closedMs: number): void {
    this.#stretches.push({ endSegment, sizeBytes, closedMs });
  }

  /** Forgets what is too old or too much; all segments before the returned one may go. */
  keepFrom(nowMs: number): number {
    const { ageMs, sizeBytes } = this.#limits;
    let total = this.#stretches.reduce((sum, stretch) => sum + stretch.sizeBytes, 0);
    let keepFrom = 0;
    for (;;) {
      const oldest = this.#stretches[0];
      if (oldest === undefined) return keepFrom;
      if (total <= sizeBytes && nowMs - oldest.closedMs < ageMs) return keepFrom;
      keepFrom = oldest.endSegment;
      total -= oldest.sizeBytes;
      this.#stretches.shift();
    }
  }
}

/** Notes what is there of requests before the last checkpoint, the newest first, up to the limit on its size. */
export async function measureHistory(
  dir: string,
  endSegment: number,
  disk: Disk,
  { sizeBytes }: HistoryLimits,
  history: LogHistory,
  nowMs: number,
): Promise<void> {
  const segments = (await disk.list(dir)).filter((name) => segmentPattern.test(name)).map(Number);
  const sizes = new Map<number, number>();
  let total = 0;
  for (const segment of segments.sort((a, b) => b - a)) {
    if (segment >= endSegment || total > sizeBytes) continue;
    const size = (await disk.read(join(dir, segmentName(segment)))).length;
    total += size;
    sizes.set(segment, size);
  }
  for (const [segment, size] of [...sizes].reverse()) history.close(segment + 1, size, nowMs);
}
