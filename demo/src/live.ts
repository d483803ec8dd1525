import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { resourceAttributes } from './chat/fleet.ts';
import type { ChatInstance, InstanceTick } from './chat/instance.ts';
import * as metrics from './chat/metrics.ts';

export interface LiveInstance {
  record(tick: InstanceTick): void;
  shutdown(): Promise<void>;
}

/** One chat service as its own program would be instrumented: a meter provider, instruments, an exporter. */
export function startLiveInstance(
  instance: ChatInstance,
  target: {
    readonly url: string;
    readonly headers: Record<string, string>;
    readonly exportIntervalMs: number;
  },
): LiveInstance {
  const exporter = new OTLPMetricExporter({ url: `${target.url}/v1/metrics`, headers: target.headers });
  const provider = new MeterProvider({
    resource: resourceFromAttributes(resourceAttributes(instance.id)),
    readers: [
      new PeriodicExportingMetricReader({
        exporter,
        exportIntervalMillis: target.exportIntervalMs,
        exportTimeoutMillis: Math.min(10_000, target.exportIntervalMs),
      }),
    ],
  });
  const record = createInstruments(provider, instance.id.region.name);
  return { record, shutdown: () => provider.shutdown() };
}

function createInstruments(provider: MeterProvider, region: string): (tick: InstanceTick) => void {
  const meter = provider.getMeter(metrics.scope.name, metrics.scope.version);
  const messages = meter.createCounter(metrics.messages.name, metrics.messages);
  const errors = meter.createCounter(metrics.errors.name, metrics.errors);
  const sessions = meter.createCounter(metrics.sessions.name, metrics.sessions);
  const conversions = meter.createCounter(metrics.conversions.name, metrics.conversions);
  const connections = meter.createUpDownCounter(metrics.connections.name, metrics.connections);
  const delivery = meter.createHistogram(metrics.delivery.name, {
    ...metrics.delivery,
    advice: { explicitBucketBoundaries: [...metrics.deliveryBounds] },
  });
  let last: InstanceTick | undefined;
  meter.createObservableGauge(metrics.cpu.name, metrics.cpu).addCallback((result) => {
    if (last !== undefined) result.observe(last.cpuRatio, { region });
  });
  meter.createObservableGauge(metrics.memory.name, metrics.memory).addCallback((result) => {
    if (last !== undefined) result.observe(last.memoryBytes, { region });
  });
  return (tick) => {
    connections.add(tick.connectionCount - (last?.connectionCount ?? 0), { region });
    last = tick;
    for (const device of tick.devices) {
      const user = { region, 'device.type': device.device };
      messages.add(device.messageCount, { ...user, 'app.version': device.appVersion });
      for (const [type, count] of device.errorCounts) {
        errors.add(count, { ...user, 'app.version': device.appVersion, 'error.type': type });
      }
      device.deliveriesS.forEach((durationS, index) => {
        for (let i = 0; i < device.weights[index]; i++) delivery.record(durationS, user);
      });
      for (const { variant, sessionCount, conversionCount } of device.variants) {
        sessions.add(sessionCount, { ...user, variant });
        conversions.add(conversionCount, { ...user, variant });
      }
    }
  };
}
