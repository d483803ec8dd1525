/** Half an hour of metrics up to `nowMs`, every 15 s, by OTLP: a counter, a gauge, two kinds of histograms. */
export async function sendMetrics(url: string, nowMs: number, token?: string): Promise<void> {
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
          exemplars: i === 100 ? [exemplar(timeMs)] : [],
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
  const body = { resourceMetrics: [{ resource: {}, scopeMetrics: [{ scope: {}, metrics }] }] };
  await post(`${url}/v1/metrics`, body, token);
}

/** A slow request, and the trace that it belongs to. */
export const slowTraceId = '0af7651916cd43dd8448eb211c80319c';

function exemplar(timeMs: number): unknown {
  const traceId = slowTraceId;
  return { timeUnixNano: nanos(timeMs), asDouble: 0.7, traceId, spanId: 'b7ad6b7169203331' };
}

const minuteMs = 60_000;

/** A day and a half of queues that go up and down with the day; in the last minutes that of the region eu is three times as long. */
export async function sendWatched(url: string, nowMs: number): Promise<void> {
  const minutes = 36 * 60;
  const timesMs = Array.from({ length: minutes + 1 }, (_each, i) => nowMs - (minutes - i) * minuteMs);
  let noise = 1;
  const random = (): number => {
    noise = (noise * 1_103_515_245 + 12_345) % 2_147_483_648;
    return noise / 2_147_483_648;
  };
  const length = (timeMs: number, region: string): number => {
    const usual = 100 + 30 * Math.sin((2 * Math.PI * timeMs) / (24 * 60 * minuteMs)) + (random() - 0.5) * 6;
    return region === 'eu' && nowMs - timeMs < 12 * minuteMs ? 3 * usual : usual;
  };
  for (let at = 0; at < timesMs.length; at += 500) {
    const dataPoints = timesMs.slice(at, at + 500).flatMap((timeMs) =>
      ['eu', 'us'].map((region) => ({
        ...{ timeUnixNano: nanos(timeMs), asDouble: length(timeMs, region) },
        attributes: [{ key: 'region', value: { stringValue: region } }],
      })),
    );
    await sendMetric(url, { name: 'shop.queue', gauge: { dataPoints } });
  }
}

/** Half an hour of requests, most of them slower from minute to minute, and quicker again. */
export async function sendDurations(url: string, nowMs: number): Promise<void> {
  const bounds = [0.05, 0.1, 0.2, 0.3, 0.4, 0.6, 0.8, 1.2, 1.6];
  const totals = new Array<number>(bounds.length + 1).fill(0);
  const dataPoints = Array.from({ length: 121 }, (_each, i) => {
    const usual = 4 + 2.5 * Math.sin(i / 12);
    totals.forEach((total, bucket) => {
      totals[bucket] = total + Math.round(40 * Math.exp(-((bucket - usual) ** 2) / 3));
    });
    const count = totals.reduce((sum, each) => sum + each, 0);
    return {
      startTimeUnixNano: nanos(nowMs - 121 * 15_000),
      timeUnixNano: nanos(nowMs - (120 - i) * 15_000),
      attributes: [],
      ...{ count: String(count), sum: count / 3, bucketCounts: totals.map(String), explicitBounds: bounds },
    };
  });
  await sendMetric(url, {
    name: 'shop.duration',
    unit: 's',
    histogram: { aggregationTemporality: 2, dataPoints },
  });
}

/** One sample now. */
export async function sendGauge(url: string, name: string, value: number): Promise<void> {
  const dataPoints = [{ timeUnixNano: nanos(Date.now()), asDouble: value, attributes: [] }];
  await sendMetric(url, { name, gauge: { dataPoints } });
}

async function sendMetric(url: string, metric: unknown): Promise<void> {
  await post(`${url}/v1/metrics`, {
    resourceMetrics: [{ resource: {}, scopeMetrics: [{ scope: {}, metrics: [metric] }] }],
  });
}

/** Purchases of now, some in each region. */
export async function sendEvents(url: string): Promise<void> {
  const regions = ['eu', 'eu', 'us'];
  await post(
    `${url}/statbar/v1/events`,
    regions.map((region) => ({ name: 'purchase', timestamp: Date.now(), attributes: { region } })),
  );
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

async function post(url: string, body: unknown, token?: string): Promise<void> {
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
}

function nanos(timeMs: number): string {
  return `${Math.round(timeMs)}000000`;
}
