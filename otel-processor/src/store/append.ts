import type { Batch, RejectReason } from '../model/index.ts';
import { ACCEPTED, ACCEPTED_LATE, CONFLICT, DUPLICATE, TOO_LARGE, TOO_OLD, type Verdict } from './head.ts';
import type { LiveData } from './live-data.ts';
import type { HistogramRow, SampleColumns } from './records.ts';

/** What of a batch went into the head, to be logged. */
export interface Applied {
  /** Views of the batch when all its rows were taken, else copies of those that were. */
  readonly samples: SampleColumns;
  readonly histograms: readonly HistogramRow[];
  readonly lateCount: number;
  readonly duplicateCount: number;
}

let refused = new Uint8Array(1024);

/** Puts the rows of a batch into the head; refuses those that cannot be, with a reason for the client. */
export function applyRows(data: LiveData, batch: Batch, minute: number, windowMs: number): Applied {
  const { head } = data;
  const { store } = head;
  const { columns } = store;
  const { count, seriesIds, timestampsMs, values, histograms } = batch;
  const words = new Uint32Array(values.buffer, values.byteOffset, count * 2);
  if (refused.length < count) refused = new Uint8Array(count * 2);
  const rows: HistogramRow[] = [];
  let refusedCount = 0;
  let lateCount = 0;
  let duplicateCount = 0;
  for (let row = 0; row < count; row++) {
    const seriesId = seriesIds[row];
    const timestampMs = timestampsMs[row];
    columns.seenMinutes[seriesId] = minute;
    refused[row] = 0;
    let verdict: Verdict;
    const histogram = histograms?.get(row);
    if (histogram !== undefined) {
      verdict = head.appendHistogram(seriesId, timestampMs, histogram);
      refused[row] = 1;
      refusedCount += 1;
      if (verdict <= ACCEPTED_LATE) rows.push({ seriesId, timestampMs, histogram });
    } else if (timestampMs > columns.timestampsMs[seriesId]) {
      store.appendFloat(seriesId, timestampMs, values[row], words[2 * row], words[2 * row + 1]);
      continue;
    } else {
      verdict = head.append(seriesId, timestampMs, values[row], words[2 * row], words[2 * row + 1]);
      if (verdict > ACCEPTED_LATE) {
        refused[row] = 1;
        refusedCount += 1;
      }
    }
    if (verdict === ACCEPTED) continue;
    if (verdict === ACCEPTED_LATE) lateCount += 1;
    else if (verdict === DUPLICATE) duplicateCount += 1;
    else reject(data, batch, row, verdict, windowMs);
  }
  const samples = refusedCount === 0 ? batch : keepRows(batch, count - refusedCount);
  return { samples, histograms: rows, lateCount, duplicateCount };
}

function keepRows(batch: Batch, count: number): SampleColumns {
  const seriesIds = new Uint32Array(count);
  const timestampsMs = new Float64Array(count);
  const values = new Float64Array(count);
  const from = new Uint32Array(batch.values.buffer, batch.values.byteOffset, batch.count * 2);
  const words = new Uint32Array(values.buffer);
  let kept = 0;
  for (let row = 0; row < batch.count; row++) {
    if (refused[row] === 1) continue;
    seriesIds[kept] = batch.seriesIds[row];
    timestampsMs[kept] = batch.timestampsMs[row];
    words[2 * kept] = from[2 * row];
    words[2 * kept + 1] = from[2 * row + 1];
    kept += 1;
  }
  return { count, seriesIds, timestampsMs, values };
}

const reasons: Readonly<Partial<Record<Verdict, RejectReason>>> = {
  [CONFLICT]: 'conflicting_duplicate',
  [TOO_OLD]: 'too_old',
  [TOO_LARGE]: 'invalid_histogram',
};

function reject(data: LiveData, batch: Batch, row: number, verdict: Verdict, windowMs: number): void {
  const reason = reasons[verdict];
  if (reason === undefined) return;
  batch.rejections.reject(batch.points[row], reason, () => {
    const seriesId = batch.seriesIds[row];
    const series = data.registry.labels(seriesId).toString();
    const at = timeText(batch.timestampsMs[row]);
    if (reason === 'too_old') {
      const newest = timeText(data.head.store.columns.timestampsMs[seriesId]);
      return `${series} at ${at} is more than store.out_of_order_window (${windowMs / 1000} s) behind the newest sample at ${newest}`;
    }
    if (reason === 'conflicting_duplicate') return `${series} at ${at} has another value already`;
    return `${series} at ${at} has a histogram that is too large to store`;
  });
}

function timeText(timestampMs: number): string {
  const date = new Date(timestampMs);
  return Number.isNaN(date.getTime()) ? `${timestampMs} ms` : date.toISOString();
}
