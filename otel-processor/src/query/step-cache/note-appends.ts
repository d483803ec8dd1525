import type { Fault } from '../../base/index.ts';
import type { Batch } from '../../model/index.ts';
import type { ChangeLog } from './changes.ts';

type Append = (batch: Batch) => Promise<Fault | undefined>;

/** Passes batches on to `append`, and notes in `log` when each of them has changed the data and from when on. */
export function noteAppends(append: Append, log: ChangeLog): Append {
  return async (batch) => {
    // The batch belongs to the appender from the call on.
    const oldestMs = oldestOf(batch);
    try {
      return await append(batch);
    } finally {
      // Even of a batch that failed a part may be readable.
      if (oldestMs !== Number.POSITIVE_INFINITY) log.note(oldestMs);
    }
  };
}

function oldestOf({ count, timestampsMs }: Batch): number {
  let oldest = Number.POSITIVE_INFINITY;
  for (let row = 0; row < count; row++) if (timestampsMs[row] < oldest) oldest = timestampsMs[row];
  return oldest;
}
