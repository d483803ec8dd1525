import type { Telemetry } from '../base/index.ts';
import type { EventBatch } from '../model/index.ts';
import type { ViewStatus } from './view-types.ts';

/** What a view engine counts about itself. */
export function engineInstruments(telemetry: Telemetry, status: () => readonly ViewStatus[]) {
  telemetry.observed(
    'statbar_view_overflow_events_total',
    'Events counted under __overflow__ because a view had no room for their key or session.',
    'counter',
    () => status().reduce((sum, { overflowCount }) => sum + overflowCount, 0),
  );
  const received = telemetry.counter(
    'statbar_events_received_total',
    'Events received, refused ones included.',
  );
  const refused = (reason: string) =>
    telemetry.counter('statbar_events_refused_total', 'Events refused, by reason.', { reason });
  const left = (reason: string) =>
    telemetry.counter(
      'statbar_view_left_samples_total',
      'Samples of metrics that views left out, by reason.',
      {
        reason,
      },
    );
  return {
    repeatedSamples: left('repeated'),
    oldSamples: left('too_old'),
    refusedSamples: left('series_limit'),
    ratioGaveUp: telemetry.counter(
      'statbar_view_ratio_windows_given_up_total',
      'Windows of ratios given up because too many waited for their other half.',
    ),
    duplicates: telemetry.counter(
      'statbar_events_duplicate_total',
      'Events whose idempotency key was seen before.',
    ),
    late: telemetry.counter('statbar_view_late_events_total', 'Events that came too late for a view.'),
    results: telemetry.counter('statbar_view_results_total', 'Windows emitted by views, revisions included.'),
    unstored: telemetry.counter(
      'statbar_view_unstored_results_total',
      'Windows whose results the store did not take.',
    ),
    count(batch: EventBatch): void {
      received.add(batch.pointCount);
      for (const [reason, count] of batch.rejections.counts) refused(reason).add(count);
    },
  };
}
