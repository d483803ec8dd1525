import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-proto';
import type { ResourceMetrics } from '@opentelemetry/sdk-metrics';
import type { ChatInstance } from './chat/instance.ts';
import { InstanceHistory } from './history.ts';

export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
  readonly stepMs: number;
}

export interface Backfill {
  readonly url: string;
  readonly headers: Record<string, string>;
  /** One after the other, each with its own distance of samples. */
  readonly spans: readonly Span[];
  /** Loading takes its time: what has passed meanwhile is loaded too, in steps of the last span. */
  nowMs(): number;
  /** Steps in one request. */
  readonly stepsPerRequest: number;
  onProgress(done: number, pointCount: number): void;
  /** True when the load should end early. */
  stopped(): boolean;
}

/** Loads the fleet's past in time order; gives the number of data points, or what went wrong. */
export async function backfill(instances: readonly ChatInstance[], plan: Backfill): Promise<number | Error> {
  const exporter = new OTLPMetricExporter({
    url: `${plan.url}/v1/metrics`,
    headers: plan.headers,
    timeoutMillis: 60_000,
  });
  const startMs = plan.spans[0]?.fromMs ?? 0;
  const endMs = plan.spans.at(-1)?.toMs ?? startMs;
  const histories = instances.map((instance) => new InstanceHistory(instance, startMs));
  let pointCount = 0;
  for (const { fromMs: pageFromMs, toMs: pageToMs, stepMs } of pagesUpToNow(plan)) {
    if (plan.stopped()) break;
    // Instances side by side, each in its own time order.
    const results = await Promise.all(
      histories.map((history) => {
        const page = history.export(pageFromMs, pageToMs, stepMs);
        pointCount += page.pointCount;
        return send(exporter, page.metrics);
      }),
    );
    const failed = results.find((result) => result !== undefined);
    if (failed !== undefined) return failed;
    plan.onProgress(Math.min(1, (pageToMs - startMs) / (endMs - startMs)), pointCount);
  }
  await exporter.shutdown();
  return pointCount;
}

/** The spans, and what passed while they were loaded. */
function* pagesUpToNow(plan: Backfill): Generator<Span> {
  yield* pagesOf(plan);
  const last = plan.spans.at(-1);
  if (last === undefined) return;
  const { stepMs } = last;
  for (let fromMs = last.toMs; ; ) {
    const toMs = fromMs + Math.floor((plan.nowMs() - fromMs) / stepMs) * stepMs;
    if (toMs === fromMs) return;
    yield* pagesOf({ ...plan, spans: [{ fromMs, toMs, stepMs }] });
    fromMs = toMs;
  }
}

/** The spans in pieces of one request each. */
function* pagesOf({ spans, stepsPerRequest }: Pick<Backfill, 'spans' | 'stepsPerRequest'>): Generator<Span> {
  for (const { fromMs, toMs, stepMs } of spans) {
    const pageMs = stepMs * stepsPerRequest;
    for (let pageFromMs = fromMs; pageFromMs < toMs; pageFromMs += pageMs)
      yield { fromMs: pageFromMs, toMs: Math.min(toMs, pageFromMs + pageMs), stepMs };
  }
}

function send(exporter: OTLPMetricExporter, metrics: ResourceMetrics): Promise<Error | undefined> {
  return new Promise((resolve) => {
    exporter.export(metrics, (result) => {
      resolve(result.code === 0 ? undefined : (result.error ?? new Error('the export failed')));
    });
  });
}

/** Whether this address has samples of the demo already: history must not be loaded twice. */
export async function hasHistory(
  url: string,
  headers: Record<string, string>,
  spanMs: number,
): Promise<boolean> {
  const expression = `count(last_over_time(chat_messages_total[${Math.ceil(spanMs / 1000)}s]))`;
  const response = await fetch(`${url}/api/v1/query?query=${encodeURIComponent(expression)}`, { headers });
  if (!response.ok) return false;
  const body = (await response.json()) as { data?: { result?: unknown[] } };
  return (body.data?.result?.length ?? 0) > 0;
}
