import type { Scene } from './front-end.ts';
import type { Datasource, Frame, QueryResponse, Target } from './grafana-host.ts';
import { minuteMs } from './traffic.ts';

interface Panel {
  readonly targets: readonly Target[];
  readonly app?: string;
  /** End that much before the end of the scene's time. */
  readonly minutesEarlier?: number;
  readonly [option: string]: unknown;
}

/** Runs queries as panels do and gives the frames that they would draw. */
export async function askPanels(scene: Scene) {
  const datasource = scene.datasource({
    exemplarTraceIdDestinations: [{ name: 'trace_id', url: 'http://traces.test/${__value.raw}' }],
  });
  await datasource.languageProvider.start(scene.range);
  const frames = async (...targets: readonly Target[]) => (await ask(scene, datasource, { targets })).data;
  const one = async (expr: string, options: Readonly<Record<string, unknown>> = {}) =>
    (await frames({ refId: 'A', expr, range: true, ...options })).map(plain);
  const instant = { range: false, instant: true };
  const failed = await ask(scene, datasource, { targets: [{ refId: 'A', expr: 'sum(', range: true }] });
  return {
    range: await one('sum by (shop) (rate(orders_total[2m])) * 60'),
    legend: await one('orders_total', { legendFormat: '__auto' }),
    rateInterval: await one('rate(orders_total{shop="south"}[$__rate_interval]) * 60'),
    instant: await one('sum by (shop) (orders_total)', instant),
    table: await one('orders_total', { ...instant, format: 'table' }),
    scalar: await one('scalar(sum(orders_total)) / 0', instant),
    notANumber: await one('0 / (orders_total{shop="north"} * 0)', instant),
    rangeAndInstant: (
      await frames({ refId: 'A', expr: 'sum(orders_total)', range: true, instant: true })
    ).map(plain),
    utf8: await one('{"disk.usage_bytes", "mount.point"="/"}', instant),
    heatmap: await one('sum by (le) (increase(request_duration_seconds_bucket[2m]))', { format: 'heatmap' }),
    nativeHeatmap: await one('queue_wait_seconds', instant),
    exemplars: await one('request_duration_seconds_bucket', { exemplar: true }),
    filtered: (
      await ask(scene, datasource, {
        targets: [{ refId: 'A', expr: 'sum by (shop) (orders_total)', ...instant }],
        filters: [{ key: 'shop', operator: '=~', value: 'so.*' }],
      })
    ).data.map(plain),
    interpolated: (
      await ask(scene, datasource, {
        targets: [{ refId: 'A', expr: 'sum(orders_total{shop=~"$shop"})', ...instant }],
        scopedVars: { shop: { text: 'both', value: ['north', 'south'] } },
      })
    ).data.map(plain),
    info: await one('rate(room_temperature_celsius{room="room 3"}[5m])'),
    failed: { state: failed.state, message: failed.error?.message, frames: failed.data.length },
    incremental: await askIncrementally(scene),
  };
}

/** The same panel twice with a moved end: the second time only what is new is asked for. */
async function askIncrementally(scene: Scene) {
  const settings = { incrementalQuerying: true, incrementalQueryOverlapWindow: '2m' };
  const panel = { targets: [{ refId: 'A', expr: 'sum(orders_total)', range: true }] };
  const datasource = scene.datasource(settings);
  await ask(scene, datasource, { ...panel, minutesEarlier: 1 });
  const second = await scene.callsOf(() => ask(scene, datasource, panel));
  const whole = await ask(scene, scene.datasource(settings), panel);
  return {
    frames: second.answer.data.map(plain),
    wholeFrames: whole.data.map(plain),
    askedFromMs: Number(second.calls[0].parameters['start']) * 1000,
  };
}

export function ask(scene: Scene, datasource: Datasource, panel: Panel): Promise<QueryResponse> {
  const { minutesEarlier = 0, ...request } = panel;
  const from = scene.range.from;
  const to = scene.grafana.dateTime(scene.range.to.valueOf() - minutesEarlier * minuteMs);
  return scene.grafana.firstValue(
    datasource.query({
      range: { from, to, raw: { from: 'now-10m', to: 'now' } },
      rangeRaw: { from: 'now-10m', to: 'now' },
      timezone: 'utc',
      intervalMs: minuteMs,
      interval: '1m',
      maxDataPoints: 1000,
      scopedVars: {},
      dashboardUID: 'shop',
      panelId: 1,
      requestId: 'Q1',
      ...request,
    }),
  );
}

/** A frame without the display processors and caches that go with it. */
export function plain({ refId, name, meta, fields }: Frame) {
  return {
    refId,
    name,
    type: meta?.type,
    dataTopic: meta?.dataTopic,
    resultType: meta?.custom?.resultType,
    notices: meta?.notices,
    fields: fields.map(({ name, type, labels, config, values }) => ({
      name,
      type,
      labels,
      displayName: config.displayNameFromDS,
      linkCount: config.links?.length ?? 0,
      // JSON would make null of them.
      values: [...values].map((value) =>
        typeof value === 'number' && !Number.isFinite(value) ? String(value) : value,
      ),
    })),
  };
}
