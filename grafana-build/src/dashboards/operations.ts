import { alertTimeline, badFrom, lines, marks, range, whereMessagesFail } from './parts.ts';
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
    alertTimeline(8),
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
          `sum by (region) (rate(chat_errors_total{${chosen}}[2m])) / sum by (region) (rate(chat_messages_total{${chosen}}[2m]))`,
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
    whereMessagesFail(chosen, '30m'),
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
