/** Questions about the demo's data, as PromQL. */
export const questions: ReadonlyArray<readonly [question: string, expression: string]> = [
  ['Messages per minute by region', 'sum by (region) (rate(chat_messages_total[5m])) * 60'],
  [
    'Error ratio by region and device type: here the incident shows',
    'sum by (region, device_type) (rate(chat_errors_total[5m])) / sum by (region, device_type) (rate(chat_messages_total[5m]))',
  ],
  [
    'What kind of errors they are',
    'topk(3, sum by (region, device_type, error_type) (rate(chat_errors_total[5m])))',
  ],
  [
    'Delivery time that 95 of 100 messages stay under',
    'histogram_quantile(0.95, sum by (le, region) (rate(chat_delivery_duration_seconds_bucket[5m])))',
  ],
  [
    'Conversion ratio of the shop',
    'sum by (region) (rate(shop_conversions_total[30m])) / sum by (region) (rate(shop_sessions_total[30m]))',
  ],
  [
    'Conversion ratio by the variant of the experiment',
    'sum by (variant) (rate(shop_conversions_total[30m])) / sum by (variant) (rate(shop_sessions_total[30m]))',
  ],
  ['CPU of the chat service', 'max by (region) (chat_cpu_utilization_ratio)'],
  ['Memory of the chat service', 'sum by (region) (chat_memory_usage_bytes)'],
];

/** Questions about what the views of demo/statbar.yaml make of the single events, second by second. */
export const viewQuestions: ReadonlyArray<readonly [question: string, expression: string]> = [
  ['Share of failed messages, by the second: here the incident shows first', 'chat:error_share:10s'],
  ['People who write', 'chat:active_users:5m'],
  ['The most frequent errors', 'chat:error_types:5m'],
  ['Which variant of the experiment sells best', 'shop:experiment:win_probability'],
];

export function guide(url: string): string {
  const lines = [...questions, ...viewQuestions].flatMap(([question, expression]) => [
    `  ${question}`,
    `    ${expression}`,
    `    ${url}/#q=${encodeURIComponent(expression)}`,
  ]);
  return [`Look at ${url}/ and ask:`, '', ...lines, ''].join('\n');
}
