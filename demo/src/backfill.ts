import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-proto';
import type { ResourceMetrics } from '@opentelemetry/sdk-metrics';
import type { ChatInstance } from './chat/instance.ts';
import { InstanceHistory } from './history.ts';

export interface Backfill {
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly fromMs: number;
  readonly toMs: number;
  readonly stepMs: number;
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
  const histories = instances.map((instance) => new InstanceHistory(instance, plan.fromMs));
  const pageMs = plan.stepMs * plan.stepsPerRequest;
  let pointCount = 0;
  for (let pageFromMs = plan.fromMs; pageFromMs < plan.toMs && !plan.stopped(); pageFromMs += pageMs) {
    const pageToMs = Math.min(plan.toMs, pageFromMs + pageMs);
    // Instances side by side, each in its own time order.
    const results = await Promise.all(
      histories.map((history) => {
        const page = history.export(pageFromMs, pageToMs, plan.stepMs);
        pointCount += page.pointCount;
        return send(exporter, page.metrics);
      }),
    );
    const failed = results.find((result) => result !== undefined);
    if (failed !== undefined) return failed;
    plan.onProgress((pageToMs - plan.fromMs) / (plan.toMs - plan.fromMs), pointCount);
  }
  await exporter.shutdown();
  return pointCount;
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
