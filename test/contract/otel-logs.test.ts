import { DiagLogLevel, diag } from '@opentelemetry/api';
import { OTLPLogExporter as GrpcExporter } from '@opentelemetry/exporter-logs-otlp-grpc';
import { OTLPLogExporter as JsonExporter } from '@opentelemetry/exporter-logs-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchLogRecordProcessor, LoggerProvider, type LogRecordExporter } from '@opentelemetry/sdk-logs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { queryVector } from '../support/query.ts';
import { type Service, startService } from '../support/service.ts';

const config = `
views:
  - name: orders
    from: order_placed
    by: [service.name, region, express]
    window: { tumbling: 1s }
    aggregate: { sum: { of: amount }, count: {} }
    idle_after: 1h
`;

let service: Service;
const warnings: string[] = [];

// One for each: what one sender has told about time would make events of the next late.
beforeEach(async () => {
  service = await startService({ config });
});

afterEach(async () => {
  await service?.stop();
});

beforeAll(() => {
  const warn = (message: string, ...details: unknown[]): void => {
    warnings.push([message, ...details.map((each) => JSON.stringify(each))].join(' '));
  };
  const ignore = (): void => {};
  diag.setLogger(
    { error: warn, warn, info: ignore, debug: ignore, verbose: ignore },
    { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
  );
});

afterAll(() => {
  diag.disable();
});

const senders: ReadonlyArray<readonly [string, () => LogRecordExporter]> = [
  ['grpc', () => new GrpcExporter({ url: `http://${service.grpcAddress}` })],
  ['http/json', () => new JsonExporter({ url: `${service.httpUrl}/v1/logs` })],
];

describe.each(senders)('events of OpenTelemetry JS over %s', (protocol, createExporter) => {
  const job = `js-${protocol.replace('/', '-')}`;

  test('become results of views; log lines without an event name are a partial success', async () => {
    const startMs = Math.floor(Date.now() / 1000) * 1000 - 5000;
    const provider = new LoggerProvider({
      resource: resourceFromAttributes({ 'service.name': job }),
      processors: [new BatchLogRecordProcessor({ exporter: createExporter() })],
    });
    const logger = provider.getLogger('shop');
    const place = (offsetMs: number, region: string, amount: number): void =>
      logger.emit({
        eventName: 'order_placed',
        timestamp: startMs + offsetMs,
        attributes: { region, amount, express: true },
      });
    place(0, 'eu', 40);
    place(100, 'eu', 2.5);
    place(200, 'us', 7);
    logger.emit({ body: 'a line of a log', timestamp: startMs });
    // Closes the windows of the others.
    place(60_000, 'later', 1);
    warnings.length = 0;
    await provider.shutdown();
    expect(warnings.join('\n')).toMatch(/partial success/i);
    expect(warnings.join('\n')).toContain('a log record without an event name');
    expect(warnings.join('\n')).toMatch(/rejectedLogRecords\W+1\b/);
    const sums = async (): Promise<unknown> => {
      const stored = await queryVector(
        service.httpUrl,
        `max_over_time(orders:sum{service_name="${job}"}[1m])`,
      );
      return stored.map(({ metric, value }) => [metric['region'], metric['express'], value?.[1]]).sort();
    };
    await expect.poll(sums, { timeout: 20_000 }).toEqual([
      ['eu', 'true', '42.5'],
      ['us', 'true', '7'],
    ]);
  });
});
