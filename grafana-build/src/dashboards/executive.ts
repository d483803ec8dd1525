import { badFrom, goodFrom, instant, lines, marks, number, range } from './parts.ts';
import type { DashboardPlan } from './plan.ts';

/** Share of messages that may fail: an objective of 99 %. */
const allowed = 0.01;
const failed = (window: string): string =>
  `sum(rate(chat_errors_total[${window}])) / sum(rate(chat_messages_total[${window}]))`;
const conversion = (by: string): string =>
  `sum${by} (rate(shop_conversions_total[1h])) / sum${by} (rate(shop_sessions_total[1h]))`;

/** How the product is, in a minute: is it used, does it work, does it pay, and what is the day going to bring. */
export const executive: DashboardPlan = {
  uid: 'statbar-executive',
  title: 'Product health',
  description: 'Use, quality and business of the chat feature, who rises and falls, and the day ahead.',
  tags: ['executive'],
  from: 'now-6h',
  annotations: marks,
  panels: [
    number({
      title: 'Messages',
      description: 'Sent by everybody each minute, delivered or not.',
      targets: [range('sum(rate(chat_messages_total[5m])) * 60', 'messages')],
      unit: 'suffix:/min',
      decimals: 0,
    }),
    number({
      title: 'Writers',
      description: 'People who wrote within the last five minutes, each counted once.',
      targets: [range('sum(chat:active_users:5m)', 'people')],
      unit: 'short',
      decimals: 0,
    }),
    number({
      title: 'Delivered',
      description: 'Share of the messages of the last five minutes.',
      targets: [range(`1 - ${failed('5m')}`, 'delivered')],
      unit: 'percentunit',
      decimals: 2,
      thresholds: goodFrom(1 - allowed, 1 - 3 * allowed),
    }),
    number({
      title: 'Conversion',
      description: 'Visits of the shop that end with an order, over an hour.',
      targets: [range(conversion(''), 'conversion')],
      unit: 'percentunit',
      decimals: 2,
    }),
    number({
      title: 'Budget left',
      description:
        'Error budget: of the one message in a hundred that may fail, over 30 days or as long as there is data.',
      targets: [instant(`1 - (${failed('30d')}) / ${allowed}`, 'left')],
      unit: 'percentunit',
      decimals: 0,
      max: 1,
      thresholds: goodFrom(0.5, 0.1),
    }),
    number({
      title: 'Alerts firing',
      description: 'Now, of all teams.',
      targets: [range('count(ALERTS{alertstate="firing"}) or vector(0)', 'alerts')],
      unit: 'short',
      decimals: 0,
      thresholds: badFrom(1, 5),
    }),
    {
      title: 'Regions',
      description: 'Messages each second, and the change within the last hour.',
      type: 'statbar-leaderboard-panel',
      targets: [
        {
          kind: 'leaderboard',
          expr: 'sum by (region) (rate(chat_messages_total[15m]))',
          legend: '{{region}}',
          compare: '1h',
        },
      ],
      unit: 'mps',
      options: { moreIs: 'good' },
    },
    {
      title: 'Top movers',
      description: 'Whose messages rose or fell most within the last hour, by region and device.',
      type: 'statbar-leaderboard-panel',
      targets: [
        {
          kind: 'leaderboard',
          expr: 'sum by (region, device_type) (rate(chat_messages_total[15m]))',
          legend: '{{region}} {{device_type}}',
          compare: '1h',
          limit: 12,
        },
      ],
      unit: 'mps',
      options: { moreIs: 'good', sortBy: 'change', showBar: false },
    },
    lines({
      title: 'Messages against what was expected',
      description: 'All messages each second, the band they are expected in, and where they left it.',
      // Over five minutes: the past may have a sample a minute, of which one minute has no rate.
      targets: [
        { kind: 'anomalies', signal: 'chat_messages_total:sum', expr: 'sum(rate(chat_messages_total[5m]))' },
      ],
      unit: 'mps',
      custom: { fillOpacity: 0 },
    }),
    lines({
      title: 'The day ahead',
      description: 'Messages each second as they are forecast, with intervals of 80 and 95 %.',
      targets: [
        {
          kind: 'forecast',
          expr: 'sum(rate(chat_messages_total[5m]))',
          legend: 'messages',
          horizon: '24h',
          levels: [0.8, 0.95],
        },
      ],
      unit: 'mps',
      min: 0,
      custom: { fillOpacity: 0 },
      ahead: '24h',
    }),
    lines({
      title: 'How fast the error budget burns',
      description:
        'Times as fast as it may: at 1 it lasts just as long as its window. People are paged at 14.4.',
      targets: [
        range(`${failed('1h')} / ${allowed}`, 'last hour'),
        range(`${failed('6h')} / ${allowed}`, 'last six hours'),
        // Long windows cost too much to be computed for each step: the rule records them.
        range(`slo:error_ratio:rate3d{slo="chat"} / ${allowed}`, 'last three days'),
      ],
      unit: 'short',
      min: 0,
      thresholds: badFrom(1, 14.4),
      custom: { thresholdsStyle: { mode: 'dashed' } },
    }),
    lines({
      title: 'Conversion by region',
      description: 'Visits of the shop that end with an order, over an hour.',
      targets: [range(conversion(' by (region)'), '{{region}}')],
      unit: 'percentunit',
    }),
  ],
};
