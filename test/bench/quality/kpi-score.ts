/**
 * How the AIOps 2018 challenge judges a KPI: a labelled segment is found when a row within its first ones reaches the
 * threshold, wholly or not at all; false rows count one by one. And, as people see it, by notifications: rows over the
 * threshold are cut where more than five rows are not, and a long one is told again every thirty rows.
 */
export interface KpiSeries {
  readonly labels: Uint8Array;
  readonly scores: Float64Array;
  readonly stepMs: number;
}

export interface KpiScore {
  readonly f1: number;
  readonly precision: number;
  readonly recall: number;
  readonly threshold: number;
}

const GAP_ROWS = 5;
const RESEND_ROWS = 30;
const THRESHOLDS = 400;
/** Notifications are counted at every so many of them: that takes longer. */
const EVENT_EVERY = 4;

interface Segment {
  readonly size: number;
  /** The highest score soon enough after its start. */
  readonly highest: number;
}

/** Rows within which a segment must be found: 7 after its first, 3 when a row is an hour and more. */
function delayRows(stepMs: number): number {
  return stepMs >= 3_600_000 ? 3 : 7;
}

function segmentsOf({ labels, scores, stepMs }: KpiSeries): Segment[] {
  const segments: Segment[] = [];
  for (let start = 0; start < labels.length; start++) {
    if (labels[start] === 0) continue;
    let end = start;
    while (end < labels.length && labels[end] !== 0) end++;
    const soon = scores.subarray(start, Math.min(end, start + delayRows(stepMs) + 1));
    segments.push({ size: end - start, highest: soon.reduce((a, b) => Math.max(a, b), 0) });
    start = end;
  }
  return segments;
}

function countFrom(sorted: Float64Array, threshold: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] < threshold) low = middle + 1;
    else high = middle;
  }
  return sorted.length - low;
}

function scoreOf(threshold: number, found: number, missed: number, wrong: number, told: number): KpiScore {
  const precision = told + wrong === 0 ? 0 : told / (told + wrong);
  const recall = found / (found + missed);
  const f1 = precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall);
  return { f1, precision, recall, threshold };
}

/** Notifications at a threshold, and how many of them had a labelled row. */
function notifications({ labels, scores }: KpiSeries, threshold: number): { all: number; right: number } {
  let all = 0;
  let right = 0;
  let start = -1;
  let last = -1;
  const tell = (): void => {
    if (start < 0) return;
    for (let from = start; from <= last; from += RESEND_ROWS) {
      all += 1;
      if (labels.subarray(from, Math.min(from + RESEND_ROWS, last + 1)).includes(1)) right += 1;
    }
  };
  for (let i = 0; i < scores.length; i++) {
    if (!(scores[i] >= threshold)) continue;
    if (start >= 0 && i - last > GAP_ROWS) {
      tell();
      start = -1;
    }
    if (start < 0) start = i;
    last = i;
  }
  tell();
  return { all, right };
}

/** The best threshold of each measure, one for all series. */
export function kpiScore(all: readonly KpiSeries[]): { delay: KpiScore; event: KpiScore } {
  const segments = all.flatMap(segmentsOf);
  const labelled = segments.reduce((sum, { size }) => sum + size, 0);
  const outside = Float64Array.from(
    all.flatMap(({ labels, scores }) => Array.from(scores.filter((_, i) => labels[i] === 0))),
  ).sort();
  const candidates = segments.map(({ highest }) => highest).sort((a, b) => a - b);
  let delay = scoreOf(Number.POSITIVE_INFINITY, 0, labelled, 0, 0);
  let event = delay;
  for (let k = 0; k <= THRESHOLDS; k++) {
    const threshold = candidates[Math.floor((k / THRESHOLDS) * (candidates.length - 1))];
    if (threshold <= 0) continue;
    const found = segments.filter(({ highest }) => highest >= threshold);
    const rows = found.reduce((sum, { size }) => sum + size, 0);
    const byRows = scoreOf(threshold, rows, labelled - rows, countFrom(outside, threshold), rows);
    if (byRows.f1 > delay.f1) delay = byRows;
    if (k % EVENT_EVERY !== 0) continue;
    const told = all.map((series) => notifications(series, threshold));
    const right = told.reduce((sum, each) => sum + each.right, 0);
    const wrong = told.reduce((sum, each) => sum + each.all - each.right, 0);
    const byEvents = scoreOf(threshold, found.length, segments.length - found.length, wrong, right);
    if (byEvents.f1 > event.f1) event = byEvents;
  }
  return { delay, event };
}
