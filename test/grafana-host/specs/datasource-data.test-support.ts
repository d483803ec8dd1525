/** Half an hour of metrics up to `nowMs`, every 15 s, by OTLP: a counter, a gauge, two kinds of histograms. */
export async function sendMetrics(url: string, nowMs: number): Promise<void> {
  const timesMs = Array.from({ length: 121 }, (_each, i) => nowMs - (120 - i) * 15_000);
  const startTimeUnixNano = nanos(timesMs[0] - 1000);
  const at = (timeMs: number, attributes: Readonly<Record<string, string>>) => ({
    startTimeUnixNano,
    timeUnixNano: nanos(timeMs),
    attributes: Object.entries(attributes).map(([key, stringValue]) => ({ key, value: { stringValue } })),
  });
  const routes = ['/a', '/b', '/c', '/d'];
  const metrics = [
    {
      name: 'shop.requests',
      sum: {
        aggregationTemporality: 2,
        isMonotonic: true,
        dataPoints: timesMs.flatMap((timeMs, i) =>
          // In the last quarter of an hour the last route overtakes all others.
          routes.map((route, r) => ({
            ...at(timeMs, { route, team: 'shop' }),
            asDouble: i * (4 - r) + (r === 3 ? Math.max(0, i - 60) * 10 : 0),
          })),
        ),
      },
    },
    {
      name: 'shop.memory',
      unit: 'By',
      gauge: { dataPoints: timesMs.map((timeMs, i) => ({ ...at(timeMs, {}), asDouble: 1e6 + i * 1000 })) },
    },
    {
      name: 'shop.latency',
      unit: 's',
      histogram: {
        aggregationTemporality: 2,
        dataPoints: timesMs.map((timeMs, i) => ({
          ...at(timeMs, {}),
          count: String(6 * i),
          sum: 2 * i,
          bucketCounts: [String(i), String(2 * i), String(3 * i)],
          explicitBounds: [0.1, 0.5],
        })),
      },
    },
    {
      name: 'shop.size',
      exponentialHistogram: {
        aggregationTemporality: 2,
        dataPoints: timesMs.map((timeMs, i) => ({
          ...at(timeMs, {}),
          count: String(3 * i),
          sum: 9 * i,
          scale: 0,
          zeroCount: '0',
          positive: { offset: 0, bucketCounts: [String(i), String(2 * i)] },
        })),
      },
    },
  ];
  await post(`${url}/v1/metrics`, {
    resourceMetrics: [{ resource: {}, scopeMetrics: [{ scope: {}, metrics }] }],
  });
}

/** One alert that fires, by Alertmanager's API. */
export async function sendAlert(url: string, nowMs: number): Promise<void> {
  await post(`${url}/api/v2/alerts`, [
    {
      labels: { alertname: 'ShopSlow', severity: 'critical', team: 'shop' },
      annotations: { summary: 'The shop is slow', runbook_url: 'https://example.com/runbook' },
      startsAt: new Date(nowMs - 300_000).toISOString(),
    },
  ]);
}

async function post(url: string, body: unknown): Promise<void> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
}

function nanos(timeMs: number): string {
  return `${Math.round(timeMs)}000000`;
}
