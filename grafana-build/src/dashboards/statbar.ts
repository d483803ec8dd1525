import { badFrom, lines, number, range } from './parts.ts';
import type { DashboardPlan } from './plan.ts';

/** What StatBar stores of itself, of the processes that the viewer chose. */
const own = 'job="statbar", instance=~"$instance"';
const rate = (metric: string, window = '1m'): string => `rate(${metric}{${own}}[${window}])`;
const quantile = (q: number, metric: string, by = 'le'): string =>
  `histogram_quantile(${q}, sum by (${by}) (${rate(`${metric}_bucket`, '5m')}))`;
/** Counters that say why in different words, as one list of reasons. */
const reason = (metric: string, label: string): string =>
  `sum by (reason) (label_replace(${rate(metric, '5m')}, "reason", "$1", "${label}", "(.+)"))`;

/** StatBar itself: what comes in, what is lost and why, how quick it answers, and what it keeps. */
export const statbar: DashboardPlan = {
  uid: 'statbar-self',
  title: 'StatBar itself',
  description: 'Ingest, losses by reason, queries, store, watch and alerts of StatBar, from its own metrics.',
  tags: ['self'],
  from: 'now-30m',
  variables: [{ name: 'instance', label: 'Instance', of: 'instance', match: 'statbar_build_info' }],
  panels: [
    number({
      title: 'Samples / s',
      description: 'Taken into the store.',
      targets: [range(`sum(${rate('statbar_accepted_samples_total')})`, 'samples')],
      unit: 'short',
      decimals: 0,
    }),
    number({
      title: 'Series',
      description: 'In memory.',
      targets: [range(`sum(statbar_store_series{${own}})`, 'series')],
      unit: 'short',
      decimals: 0,
    }),
    number({
      title: 'Queries, p99',
      description: 'Of 100 queries 99 were answered faster, over five minutes.',
      targets: [range(quantile(0.99, 'statbar_query_seconds'), 'p99')],
      unit: 's',
      thresholds: badFrom(1, 10),
    }),
    number({
      title: 'On disk',
      description: 'All blocks; what is newer is in memory and in the log.',
      targets: [range(`sum(statbar_block_bytes{${own}})`, 'blocks')],
      unit: 'bytes',
    }),
    number({
      title: 'Memory',
      description: 'Resident, of the process.',
      targets: [range(`sum(process_resident_memory_bytes{${own}})`, 'memory')],
      unit: 'bytes',
    }),
    number({
      title: 'CPU',
      description: 'Of one core.',
      targets: [range(`sum(${rate('process_cpu_seconds_total')})`, 'cores')],
      unit: 'percentunit',
      decimals: 1,
    }),
    lines({
      title: 'Points each second, by door',
      description: 'What comes in, refused points included.',
      targets: [range(`sum by (door) (${rate('statbar_door_points_total')})`, '{{door}}')],
      unit: 'cps',
      min: 0,
    }),
    lines({
      title: 'Refused and left out, by reason',
      description:
        'Points and events each second that are not in the data, and requests that were told to come again.',
      targets: [
        range(
          [
            reason('statbar_rejected_points_total', 'reason'),
            reason('statbar_events_refused_total', 'reason'),
            reason('statbar_cardinality_refused_total', 'limit'),
            reason('statbar_backpressure_total', 'limit'),
          ].join(' or '),
          '{{reason}}',
        ),
        range(`sum(${rate('statbar_view_late_events_total', '5m')})`, 'too late for a view'),
      ],
      unit: 'cps',
      min: 0,
    }),
    {
      title: 'Query times',
      description: 'How many queries took how long.',
      type: 'statbar-heatmap-panel',
      targets: [{ kind: 'heatmap', expr: `sum by (le) (${rate('statbar_query_seconds_bucket', '5m')})` }],
      unit: 'cps',
      options: { yUnit: 's', yScale: 'log10' },
    },
    lines({
      title: 'Requests, 99th percentile by door',
      description: 'From the headers of a request to its answer.',
      targets: [range(quantile(0.99, 'statbar_request_duration_seconds', 'le, door'), '{{door}}')],
      unit: 's',
      min: 0,
    }),
    lines({
      title: 'Delays',
      description:
        'What makes senders and viewers wait: writes of the log, and turns of the event loop that took long.',
      targets: [
        range(quantile(0.99, 'statbar_store_wal_commit_seconds'), 'log, p99'),
        range(`max(nodejs_eventloop_lag_p99_seconds{${own}})`, 'event loop, p99'),
      ],
      unit: 's',
      min: 0,
    }),
    lines({
      title: 'Log',
      description: 'Bytes written each second, and what waits for the disk.',
      targets: [
        range(`sum(${rate('statbar_store_wal_bytes_total')})`, 'written'),
        range(`sum(statbar_store_wal_pending_bytes{${own}})`, 'waiting'),
      ],
      unit: 'bytes',
      min: 0,
      width: 12,
    }),
    {
      title: 'Views',
      description: 'How far each view is behind, and what it holds.',
      type: 'table',
      targets: [{ kind: 'views', view: '' }],
      width: 24,
      height: 8,
    },
    lines({
      title: 'Memory, by what it is for',
      description: 'Chunks of samples, pages and indexes of blocks, the watch.',
      targets: [
        range(`sum(statbar_store_head_bytes{${own}})`, 'chunks'),
        range(`sum(statbar_block_page_cache_bytes{${own}})`, 'pages'),
        range(`sum(statbar_block_index_bytes{${own}})`, 'indexes'),
        range(`sum(statbar_watch_sample_bytes{${own}})`, 'watch'),
      ],
      unit: 'bytes',
      min: 0,
      width: 12,
    }),
    lines({
      title: 'Watch',
      description: 'Signals that are watched, and those that are looked at less often to spare CPU.',
      targets: [
        range(`sum(statbar_watch_signals{${own}})`, 'watched'),
        range(`sum(statbar_watch_slowed_signals{${own}})`, 'slowed'),
      ],
      unit: 'short',
      min: 0,
      width: 12,
    }),
    lines({
      title: 'Alerts',
      description: 'Alerts that fire, groups that are open, and deliveries that are outstanding.',
      targets: [
        range(`sum(statbar_alert_firing{${own}})`, 'firing'),
        range(`sum(statbar_alert_groups_open{${own}})`, 'open groups'),
        range(`sum(statbar_alert_outbox_entries{${own}})`, 'to be delivered'),
      ],
      unit: 'short',
      min: 0,
    }),
    lines({
      title: 'Deliveries, by outcome',
      description:
        'Steps of deliveries to receivers each minute, from the first alert on; without receivers there are none. And rules whose evaluation failed.',
      targets: [
        range(`sum by (reason) (${rate('statbar_alert_deliveries_total', '5m')}) * 60`, '{{reason}}'),
        range(`sum(${rate('statbar_rule_evaluation_failures_total', '5m')}) * 60`, 'failed rules'),
      ],
      unit: 'short',
      min: 0,
    }),
  ],
};
