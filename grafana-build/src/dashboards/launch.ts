import { alertTimeline, lines, marks, range, whereMessagesFail } from './parts.ts';
import type { DashboardPlan } from './plan.ts';

/** What the viewer chose. */
const chosen = 'region=~"$region", device_type=~"$device"';
const visits = 'shop_sessions_total{region=~"$region", device_type=~"$device"}';
const orders = 'shop_conversions_total{region=~"$region", device_type=~"$device"}';

const deliveryQuantile = (quantile: number): string =>
  `histogram_quantile(${quantile}, sum by (le) (rate(chat_delivery_duration_seconds_bucket{${chosen}}[5m])))`;

/** Three rows of this height fit on one screen: what fails, since when, and who was told. */
const storyHeight = 7;

/** The demo's story: a chat feature is launched, and deliveries in one region to one kind of device fail. */
export const launch: DashboardPlan = {
  uid: 'statbar-launch',
  title: 'Product launch',
  description:
    'How the new chat feature does: messages, errors, delivery times, and what it does to the shop.',
  tags: ['launch'],
  from: 'now-30m',
  refresh: '10s',
  variables: [
    { name: 'region', label: 'Region', of: 'region', match: 'chat_messages_total' },
    { name: 'device', label: 'Device', of: 'device_type', match: 'chat_messages_total' },
  ],
  annotations: marks,
  panels: [
    {
      title: 'Messages by region',
      description: 'Who sends most, and who rose or fell within the last ten minutes.',
      type: 'statbar-leaderboard-panel',
      targets: [
        {
          kind: 'leaderboard',
          expr: `sum by (region) (rate(chat_messages_total{${chosen}}[5m]))`,
          legend: '{{region}}',
          compare: '10m',
        },
      ],
      unit: 'mps',
      options: { moreIs: 'good' },
      width: 10,
      height: storyHeight,
    },
    whereMessagesFail(chosen, '10m', { width: 14, height: storyHeight }),
    {
      title: 'Errors by device',
      description: 'Failed messages, by region and device type.',
      type: 'statbar-heatmap-panel',
      targets: [
        {
          kind: 'heatmap',
          expr: `sum by (region, device_type) (rate(chat_errors_total{${chosen}}[2m]))`,
          legend: '{{region}} {{device_type}}',
        },
      ],
      unit: 'eps',
      height: storyHeight,
    },
    lines({
      title: 'Failing now',
      description:
        'Share of failed messages of ten seconds each, as it comes, over ten minutes: here an incident shows first.',
      targets: [
        {
          ...range(`chat:error_share:10s{${chosen}}`, '{{region}} {{device_type}}'),
          live: true,
        },
      ],
      unit: 'percentunit',
      min: 0,
      height: storyHeight,
      back: '10m',
    }),
    alertTimeline(storyHeight),
    lines({
      title: 'Delivery time',
      description: 'Of 100 messages 50, 95 and 99 were delivered faster.',
      targets: [
        range(deliveryQuantile(0.5), 'p50'),
        range(deliveryQuantile(0.95), 'p95'),
        range(deliveryQuantile(0.99), 'p99'),
      ],
      unit: 's',
      min: 0,
    }),
    {
      title: 'Delivery times, all of them',
      description: 'How many deliveries took how long.',
      type: 'statbar-heatmap-panel',
      targets: [
        { kind: 'heatmap', expr: `sum by (le) (rate(chat_delivery_duration_seconds_bucket{${chosen}}[5m]))` },
      ],
      unit: 'cps',
      options: { yUnit: 's' },
    },
    lines({
      title: 'Kinds of errors',
      description: 'The most frequent ones of five minutes, counted from the single events.',
      targets: [
        { kind: 'views', view: 'chat:error_types:5m', matchers: 'error_type!=""', legend: '{{error_type}}' },
      ],
      unit: 'short',
      min: 0,
    }),
    lines({
      title: 'Conversion by variant',
      description: 'Share of visits of the shop that ended with an order, by what the visitors were shown.',
      targets: [
        range(
          `sum by (variant) (rate(${orders}[30m])) / sum by (variant) (rate(${visits}[30m]))`,
          '{{variant}}',
        ),
      ],
      unit: 'percentunit',
      width: 8,
    }),
    lines({
      title: 'Which variant sells best',
      description:
        'The chance of each to be the best one, as orders stand. It may be looked at all the time.',
      targets: [range('shop:experiment:win_probability', '{{variant}}')],
      unit: 'percentunit',
      decimals: 0,
      min: 0,
      max: 1,
      width: 8,
    }),
    lines({
      title: 'Conversion by region',
      description: 'What an incident costs the shop.',
      targets: [
        range(
          `sum by (region) (rate(${orders}[30m])) / sum by (region) (rate(${visits}[30m]))`,
          '{{region}}',
        ),
      ],
      unit: 'percentunit',
      width: 8,
    }),
  ],
};
