import { badFrom, lines, marks, range } from './parts.ts';
import type { DashboardPlan } from './plan.ts';

const chosen = 'region=~"$region"';
/** Part of its CPU that an instance may use before another one is needed. */
const cpuMax = 0.55;

/** The golden signals of the chat service, what is unusual about them, what is to come, and what people were told of. */
export const operations: DashboardPlan = {
  uid: 'statbar-operations',
  title: 'Operations',
  description: 'Traffic, errors, latency and saturation of the chat service, with its anomalies and alerts.',
  tags: ['operations'],
  from: 'now-1h',
  refresh: '10s',
  variables: [{ name: 'region', label: 'Region', of: 'region', match: 'chat_messages_total' }],
  annotations: marks,
  panels: [
    {
      title: 'Alerts',
      description: 'When each alert was pending, firing, acknowledged and silenced.',
      type: 'statbar-alerttimeline-panel',
      targets: [{ kind: 'alerts', matchers: '', alertState: 'all' }],
      width: 24,
      height: 8,
    },
    lines({
      title: 'Traffic',
      description: 'Messages each second.',
      targets: [range(`sum by (region) (rate(chat_messages_total{${chosen}}[5m]))`, '{{region}}')],
      unit: 'mps',
      min: 0,
      width: 8,
    }),
    lines({
      title: 'Errors',
      description: 'Share of messages that fail.',
      targets: [
        range(
          `sum by (region) (rate(chat_errors_total{${chosen}}[5m])) / sum by (region) (rate(chat_messages_total{${chosen}}[5m]))`,
          '{{region}}',
        ),
      ],
      unit: 'percentunit',
      min: 0,
      width: 8,
    }),
    lines({
      title: 'Saturation',
      description: `CPU of the busiest instance of each region; from ${Math.round(cpuMax * 100)} % on another instance is needed.`,
      targets: [range(`max by (region) (chat_cpu_utilization_ratio{${chosen}})`, '{{region}}')],
      unit: 'percentunit',
      min: 0,
      max: 1,
      thresholds: badFrom(cpuMax, 0.8),
      custom: { thresholdsStyle: { mode: 'dashed' } },
      width: 8,
    }),
    {
      title: 'Latency',
      description: 'How long deliveries take: all of them, not an average.',
      type: 'statbar-heatmap-panel',
      targets: [
        { kind: 'heatmap', expr: `sum by (le) (rate(chat_delivery_duration_seconds_bucket{${chosen}}[5m]))` },
      ],
      unit: 'cps',
      options: { yUnit: 's' },
    },
    {
      title: 'Where messages fail',
      description: 'Most errors, by region, device type and kind; ranks against half an hour ago.',
      type: 'statbar-leaderboard-panel',
      targets: [
        {
          kind: 'leaderboard',
          expr: `sum by (region, device_type, error_type) (rate(chat_errors_total{${chosen}}[5m]))`,
          legend: '{{region}} {{device_type}} {{error_type}}',
          compare: '30m',
        },
      ],
      unit: 'eps',
      options: { moreIs: 'bad', showBar: false },
    },
    lines({
      title: 'Errors against what was expected',
      description: 'All errors each second, the band they are expected in, and where they left it.',
      targets: [
        { kind: 'anomalies', signal: 'chat_errors_total:sum', expr: 'sum(rate(chat_errors_total[2m]))' },
      ],
      unit: 'eps',
      custom: { fillOpacity: 0 },
    }),
    lines({
      title: 'Capacity, the next six hours',
      description: `CPU of the busiest instances as it is forecast, with intervals of 80 %, and when it is likely to pass ${Math.round(cpuMax * 100)} %.`,
      targets: [
        {
          kind: 'forecast',
          expr: `max by (region) (chat_cpu_utilization_ratio{${chosen}})`,
          legend: '{{region}}',
          horizon: '6h',
          levels: [0.8],
          threshold: cpuMax,
          direction: 'above',
        },
      ],
      unit: 'percentunit',
      min: 0,
      thresholds: badFrom(cpuMax, 0.8),
      custom: { thresholdsStyle: { mode: 'dashed' }, fillOpacity: 0 },
      ahead: '6h',
    }),
  ],
};
