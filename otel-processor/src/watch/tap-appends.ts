import type { Appender } from '../model/index.ts';
import type { ReloadableWatch } from './reloadable-watch.ts';

/**
 * Shows the watch every batch that the appender took, in the same turn of the event loop. `engine` says undefined as
 * long as there is none.
 */
export function watchAppends(appender: Appender, engine: () => ReloadableWatch | undefined): Appender {
  return {
    refusal: () => appender.refusal(),
    append(batch) {
      const stored = appender.append(batch);
      engine()?.observe(batch);
      return stored;
    },
    lastSample: (seriesId) => appender.lastSample(seriesId),
    lastHistogram: (seriesId) => appender.lastHistogram(seriesId),
  };
}
