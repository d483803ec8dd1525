import type { Appender, Batch } from '../../model/index.ts';
import type { ChangeLog } from './changes.ts';

/** Passes batches on to `appender` and notes in `log` from when on each of them changed the data. */
export function notingAppender(appender: Appender, log: ChangeLog): Appender {
  return {
    async append(batch) {
      // The batch belongs to the appender from the call on.
      const oldestMs = oldestOf(batch);
      try {
        return await appender.append(batch);
      } finally {
        // Even of a batch that failed a part may be readable.
        if (oldestMs !== Number.POSITIVE_INFINITY) log.note(oldestMs);
      }
    },
  };
}

function oldestOf({ count, timestampsMs }: Batch): number {
  let oldest = Number.POSITIVE_INFINITY;
  for (let row = 0; row < count; row++) if (timestampsMs[row] < oldest) oldest = timestampsMs[row];
  return oldest;
}
