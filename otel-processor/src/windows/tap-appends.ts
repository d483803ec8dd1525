import type { Appender } from '../model/index.ts';
import type { ViewEngine } from './view-engine.ts';

/**
 * Lets the views see every batch that enters `appender`, in the same turn of the event loop. What is appended settles
 * when both have it durably. `engine` says undefined as long as there is none.
 */
export function tapAppends(appender: Appender, engine: () => ViewEngine | undefined): Appender {
  const refusal = () => {
    const views = engine();
    return appender.refusal() ?? (views?.readsSamples === true ? views.refusal() : undefined);
  };
  return {
    refusal,
    async append(batch) {
      // What is refused changes nothing, in the views neither.
      const refused = appender.refusal() === undefined ? refusal() : undefined;
      if (refused !== undefined) return refused;
      // The batch belongs to the appender from the call on.
      const seen = appender.refusal() === undefined ? engine()?.acceptSamples(batch) : undefined;
      const stored = appender.append(batch);
      return (await stored) ?? (await seen);
    },
    lastSample: (seriesId) => appender.lastSample(seriesId),
    lastHistogram: (seriesId) => appender.lastHistogram(seriesId),
  };
}
