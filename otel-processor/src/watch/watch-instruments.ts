import type { Telemetry } from '../base/index.ts';
import type { WatchStatus } from './status.ts';

/** What is read when somebody looks. */
export interface WatchCounts {
  readonly late: () => number;
  readonly evicted: () => number;
}

/** What the watch counts about itself. */
export function watchInstruments(telemetry: Telemetry) {
  return {
    looks: telemetry.counter('statbar_watch_looks_total', 'Looks at all watched signals.'),
    written: telemetry.counter(
      'statbar_watch_samples_total',
      'Samples of derived series written by the watch.',
    ),
    refused: telemetry.counter(
      'statbar_watch_refused_samples_total',
      'Samples of derived series that the limits on series or the store refused.',
    ),
    failed: telemetry.counter(
      'statbar_watch_failed_expressions_total',
      'Evaluations of a watched expression that failed.',
    ),
    observe(status: () => WatchStatus, counts: WatchCounts): void {
      const gauge = (name: string, help: string, read: () => number): void =>
        telemetry.observed(name, help, 'gauge', read);
      const counter = (name: string, help: string, read: () => number): void =>
        telemetry.observed(name, help, 'counter', read);
      gauge('statbar_watch_signals', 'Signals that have a detector.', () => status().signals);
      gauge('statbar_watch_sample_bytes', 'Memory of what looks need of samples.', () => status().sizeBytes);
      gauge(
        'statbar_watch_history_done_ratio',
        'Part of the stored history that watched signals have learnt from.',
        () => status().historyDone,
      );
      counter('statbar_watch_late_samples_total', 'Samples that came after their look.', counts.late);
      counter(
        'statbar_watch_unwatched_total',
        'Times that a series got no detector because of `watch.signals_max`, or a value no place in a group.',
        () => status().unwatchedSignals,
      );
      counter(
        'statbar_watch_evicted_episodes_total',
        'Episodes that gave way to newer ones because of `watch.episodes_max`.',
        counts.evicted,
      );
    },
  };
}
