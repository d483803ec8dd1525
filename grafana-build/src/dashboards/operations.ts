import type { DashboardPlan } from './panels.ts';

/** The golden signals of the chat service, what is unusual about them, and what people were told of. */
export const operations: DashboardPlan = {
  uid: 'statbar-operations',
  title: 'Operations',
  description: 'Traffic, errors, latency and saturation of the chat service, with its alerts.',
  tags: ['operations'],
  from: 'now-1h',
  panels: [
    {
      title: 'Traffic',
      description: 'Messages each second.',
      type: 'timeseries',
      target: {
        kind: 'promql',
        expr: 'sum by (region) (rate(chat_messages_total[5m]))',
        mode: 'range',
        legend: '{{region}}',
      },
      unit: 'reqps',
    },
    {
      title: 'Errors',
      description: 'Where most messages fail.',
      type: 'statbar-leaderboard-panel',
      target: {
        kind: 'promql',
        expr: 'sum by (region, device_type) (rate(chat_errors_total[5m]))',
        mode: 'range',
      },
      unit: 'reqps',
    },
    {
      title: 'Latency',
      description: 'How long deliveries take: all of them, not an average.',
      type: 'statbar-heatmap-panel',
      target: {
        kind: 'promql',
        expr: 'sum by (le) (rate(chat_delivery_duration_seconds_bucket[5m]))',
        mode: 'range',
      },
      unit: 's',
    },
    {
      title: 'Saturation',
      description: 'CPU of the busiest instance of each region.',
      type: 'timeseries',
      target: {
        kind: 'promql',
        expr: 'max by (region) (chat_cpu_utilization_ratio)',
        mode: 'range',
        legend: '{{region}}',
      },
      unit: 'percentunit',
    },
    {
      title: 'Alerts',
      description: 'When each alert was pending, firing, acknowledged and silenced.',
      type: 'statbar-alerttimeline-panel',
      target: { kind: 'alerts', matchers: '', alertState: 'all' },
      width: 24,
    },
  ],
};
