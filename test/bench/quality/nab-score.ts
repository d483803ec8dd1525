/**
 * The score of the Numenta Anomaly Benchmark 1.1 (Lavin and Ahmad, "Evaluating Real-time Anomaly Detection
 * Algorithms", ICMLA 2015): one threshold for all files, found per profile; early detections are worth more, each row
 * over the threshold outside a window costs.
 */
export interface NabFile {
  readonly name: string;
  /** As the windows name them. */
  readonly times: readonly string[];
  readonly timestampsMs: Float64Array;
  readonly values: Float64Array;
  /** First and last time of each window. */
  readonly windows: ReadonlyArray<readonly [string, string]>;
}

export const nabProfiles = {
  standard: { falsePositive: 0.11, missed: 1 },
  lowFalsePositives: { falsePositive: 0.22, missed: 1 },
  lowFalseNegatives: { falsePositive: 0.11, missed: 2 },
} as const;

export type NabProfile = keyof typeof nabProfiles;

export interface NabScore {
  /** 100 for perfection, 0 for saying nothing. */
  readonly score: number;
  readonly threshold: number;
  readonly windowsHit: number;
  readonly falseRows: number;
}

interface ScoredRow {
  readonly alertScore: number;
  /** -1 outside of windows. */
  readonly window: number;
  /** What a detection here is worth, before the profile's weight. */
  readonly worth: number;
}

/** Probation: the first 15 % of a file, at most 750 rows, are not judged. */
export function probationRows(count: number): number {
  return Math.min(Math.floor(0.15 * count), 750);
}

function sigmoid(x: number): number {
  return x > 3 ? -1 : 2 / (1 + Math.exp(5 * x)) - 1;
}

/** What a detection at each row is worth. */
function worthOf(file: NabFile, firstWindow: number): Omit<ScoredRow, 'alertScore'>[] {
  const { times, windows } = file;
  const ranges = windows.map(([start, end]) => [times.indexOf(start), times.indexOf(end)]);
  let inside = -1;
  let before = -1;
  return times.map((time, i) => {
    const starts = ranges.findIndex(([start]) => start === i);
    if (starts >= 0) inside = starts;
    if (inside >= 0) {
      const [start, end] = ranges[inside];
      const worth = sigmoid(-(end - i + 1) / (end - start + 1)) / sigmoid(-1);
      const window = firstWindow + inside;
      if (time === windows[inside][1]) {
        before = inside;
        inside = -1;
      }
      return { window, worth };
    }
    if (before < 0) return { window: -1, worth: -1 };
    const [start, end] = ranges[before];
    return { window: -1, worth: sigmoid(Math.abs(end - i) / (end - start)) };
  });
}

/** The best threshold's score; with `threshold` the score at that one. */
export function nabScore(
  files: readonly NabFile[],
  alertScores: readonly Float64Array[],
  profile: NabProfile = 'standard',
  threshold?: number,
): NabScore {
  const { falsePositive, missed } = nabProfiles[profile];
  const rows: ScoredRow[] = [];
  let windowCount = 0;
  files.forEach((file, k) => {
    const worths = worthOf(file, windowCount);
    for (let i = probationRows(file.times.length); i < worths.length; i++) {
      rows.push({ alertScore: alertScores[k][i], ...worths[i] });
    }
    windowCount += file.windows.length;
  });
  rows.sort((a, b) => b.alertScore - a.alertScore);
  const bestOf = new Map<number, number>();
  let total = -missed * windowCount;
  let falseRows = 0;
  let best = { total, threshold: Number.POSITIVE_INFINITY, windowsHit: 0, falseRows: 0 };
  for (let i = 0; i < rows.length; i++) {
    const { alertScore, window, worth } = rows[i];
    if (threshold !== undefined && alertScore < threshold) break;
    if (window < 0) {
      total += falsePositive * worth;
      falseRows += 1;
    } else {
      const old = bestOf.get(window);
      if (old === undefined) total += missed;
      if (worth > (old ?? 0)) {
        total += worth - (old ?? 0);
        bestOf.set(window, worth);
      } else if (old === undefined) bestOf.set(window, 0);
    }
    const ends = i + 1 === rows.length || rows[i + 1].alertScore !== alertScore;
    if (threshold !== undefined || (ends && total > best.total)) {
      best = { total, threshold: threshold ?? alertScore, windowsHit: bestOf.size, falseRows };
    }
  }
  const score = (100 * (best.total + missed * windowCount)) / (windowCount * (1 + missed));
  return {
    score,
    threshold: best.threshold,
    windowsHit: best.windowsHit,
    falseRows: best.falseRows,
  };
}
