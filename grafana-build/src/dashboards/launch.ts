import type { DashboardPlan } from './panels.ts';

/** The demo's story: a chat feature is launched, and deliveries in one region to one kind of device fail. */
export const launch: DashboardPlan = {
  uid: 'statbar-launch',
  title: 'Product launch',
  description:
    'How the new chat feature does: messages, errors, delivery times, and what it does to the shop.',
  tags: ['launch'],
  from: 'now-30m',
  panels: [
    {
      title: 'Messages by region',
      description: 'Who sends most, and who rose or fell.',
      type: 'statbar-leaderboard-panel',
      target: { kind: 'promql', expr: 'sum by (region) (rate(chat_messages_total[5m]))', mode: 'range' },
      unit: 'reqps',
    },
    {
      title: 'Share of failed messages',
      description: 'By region and device type: here an incident shows.',
      type: 'timeseries',
      target: {
        kind: 'promql',
        expr: 'sum by (region, device_type) (rate(chat_errors_total[5m])) / sum by (region, device_type) (rate(chat_messages_total[5m]))',
        mode: 'range',
        legend: '{{region}} {{device_type}}',
      },
      unit: 'percentunit',
    },
    {
      title: 'Errors by device',
      description: 'Failed messages, by region and device type.',
      type: 'statbar-heatmap-panel',
      target: {
        kind: 'promql',
        expr: 'sum by (region, device_type) (rate(chat_errors_total[5m]))',
        mode: 'range',
      },
      unit: 'reqps',
    },
    {
      title: 'Delivery time, 95th percentile',
      description: 'Of 100 messages, 95 were delivered faster.',
      type: 'timeseries',
      target: {
        kind: 'promql',
        expr: 'histogram_quantile(0.95, sum by (le, region) (rate(chat_delivery_duration_seconds_bucket[5m])))',
        mode: 'range',
        legend: '{{region}}',
      },
      unit: 's',
    },
    {
      title: 'Conversion of the shop',
      description: 'Sessions that ended in a purchase.',
      type: 'timeseries',
      target: {
        kind: 'promql',
        expr: 'sum by (region) (rate(shop_conversions_total[30m])) / sum by (region) (rate(shop_sessions_total[30m]))',
        mode: 'range',
        legend: '{{region}}',
      },
      unit: 'percentunit',
    },
    {
      title: 'CPU of the chat service',
      description: 'The busiest instance of each region.',
      type: 'timeseries',
      target: {
        kind: 'promql',
        expr: 'max by (region) (chat_cpu_utilization_ratio)',
        mode: 'range',
        legend: '{{region}}',
      },
      unit: 'percentunit',
    },
  ],
};
