import { type ClientHttp2Session, connect, constants } from 'node:http2';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { Client, credentials, Metadata, type ServiceError, type StatusObject, status } from '@grpc/grpc-js';
import { afterEach, describe, expect, test } from 'vitest';
import { permanent, retryable } from '../../base/index.ts';
import { EventBatch } from '../../model/index.ts';
import {
  batchOf,
  createFakeTenant,
  type FakeTenant,
  type RunningService,
  type ServeOverrides,
  startService,
} from '../fakes.test-support.ts';

const LOGS_EXPORT = '/opentelemetry.proto.collector.logs.v1.LogsService/Export';
const EXPORT = '/opentelemetry.proto.collector.metrics.v1.MetricsService/Export';
const sha256 = '7eca6e6cae9734c4f728b69cfd70d26f31ab7de58d47ba6262bef3680c1b8537'; // of "test-token-b"
const payload = Buffer.from(new Uint8Array(4000).map((_, i) => i % 249));
let running: RunningService | undefined;
let client: Client | undefined;

afterEach(async () => {
  client?.close();
  await running?.service.shutdown();
  running = undefined;
});

async function start(overrides: ServeOverrides = {}): Promise<FakeTenant> {
  const tenant = createFakeTenant();
  running = await startService(overrides, [tenant]);
  client = new Client(running.addresses.grpc, credentials.createInsecure(), {
    'grpc.max_send_message_length': -1,
    'grpc.default_compression_algorithm': 0,
  });
  return tenant;
}

interface Outcome {
  readonly error: ServiceError | null;
  readonly body: Buffer | undefined;
  readonly status: StatusObject;
}

function call(
  body: Buffer,
  options: { path?: string; metadata?: Metadata; deadline?: number } = {},
): Promise<Outcome> {
  return new Promise((resolve) => {
    let result: { error: ServiceError | null; body: Buffer | undefined };
    const identity = (bytes: Buffer): Buffer => bytes;
    const rpc = client!.makeUnaryRequest(
      options.path ?? EXPORT,
      identity,
      identity,
      body,
      options.metadata ?? new Metadata(),
      options.deadline === undefined ? {} : { deadline: options.deadline },
      (error, answer) => {
        result = { error, body: answer };
      },
    );
    rpc.on('status', (final) => setImmediate(() => resolve({ ...result, status: final })));
  });
}

describe('unary Export, called by grpc-js', () => {
  test('stores the message and answers an empty response with OK', async () => {
    const tenant = await start();
    const { error, body } = await call(payload);
    expect(error).toBeNull();
    expect(body?.length).toBe(0);
    expect(Buffer.compare(tenant.received[0], payload)).toBe(0);
  });

  test('takes gzip', async () => {
    const tenant = await start();
    client!.close();
    client = new Client(running!.addresses.grpc, credentials.createInsecure(), {
      'grpc.default_compression_algorithm': 2,
    });
    expect((await call(payload)).error).toBeNull();
    expect(Buffer.compare(tenant.received[0], payload)).toBe(0);
  });

  test('takes messages of several megabytes', async () => {
    const tenant = await start();
    const large = Buffer.alloc(9_000_000, 7);
    expect((await call(large)).error).toBeNull();
    expect(Buffer.compare(tenant.received[0], large)).toBe(0);
  });

  test('answers partial success with OK and the counts in the message', async () => {
    const tenant = await start();
    tenant.answers.decoded = () => batchOf(9, 4);
    const { error, body } = await call(payload);
    expect(error).toBeNull();
    // partial_success (field 1) { rejected_data_points (field 1): 4, error_message (field 2) }, in any order.
    expect(body![0]).toBe(0x0a);
    expect(body!.includes(Buffer.from([0x08, 4]))).toBe(true);
    expect(body!.includes('4 points rejected: too_old')).toBe(true);
  });

  test('logs go to the events of the tenant, with the counts of refused records', async () => {
    const tenant = await start();
    const batch = new EventBatch();
    batch.pointCount = 3;
    batch.rejections.reject(1, 'unsupported_type', () => 'a log record without an event name');
    tenant.answers.events = () => batch;
    const { error, body } = await call(payload, { path: LOGS_EXPORT });
    expect(error).toBeNull();
    expect(body!.includes(Buffer.from([0x08, 1]))).toBe(true);
    expect(body!.includes('1 point rejected: unsupported_type')).toBe(true);
    expect(Buffer.compare(tenant.received[0], payload)).toBe(0);
    const { error: refused } = await call(payload, { path: LOGS_EXPORT.replace('Export', 'Import') });
    expect(refused?.code).toBe(status.UNIMPLEMENTED);
  });

  test('many calls at once on one connection are all answered', async () => {
    const tenant = await start();
    const outcomes = await Promise.all(Array.from({ length: 300 }, () => call(payload)));
    expect(outcomes.every(({ error }) => error === null)).toBe(true);
    expect(tenant.received).toHaveLength(300);
  });
});

describe('refusals', () => {
  test('undecodable messages are INVALID_ARGUMENT with BadRequest in the details', async () => {
    const tenant = await start();
    tenant.answers.decoded = () => permanent('invalid', 'field 7: naïve 100 %');
    const { error, status: final } = await call(payload);
    expect(error?.code).toBe(status.INVALID_ARGUMENT);
    expect(error?.details).toBe('field 7: naïve 100 %');
    const details = final.metadata.get('grpc-status-details-bin')[0];
    expect(Buffer.from(details as Buffer).includes('google.rpc.BadRequest')).toBe(true);
  });

  test('back-pressure is UNAVAILABLE with RetryInfo', async () => {
    const tenant = await start();
    tenant.answers.consumed = async () => retryable('overloaded', 'busy', 1500);
    const { error, status: final } = await call(payload);
    expect(error?.code).toBe(status.UNAVAILABLE);
    expect(
      Buffer.from(final.metadata.get('grpc-status-details-bin')[0] as Buffer).includes(
        'google.rpc.RetryInfo',
      ),
    ).toBe(true);
  });

  test('messages over the limit are RESOURCE_EXHAUSTED without RetryInfo, before and after decompression', async () => {
    const tenant = await start({ body_size_max: 100_000 });
    for (const compression of [0, 2]) {
      client!.close();
      client = new Client(running!.addresses.grpc, credentials.createInsecure(), {
        'grpc.default_compression_algorithm': compression,
        'grpc.max_send_message_length': -1,
      });
      const { error, status: final } = await call(Buffer.alloc(3_000_000));
      expect(error?.code).toBe(status.RESOURCE_EXHAUSTED);
      expect(String(final.metadata.get('grpc-status-details-bin')[0])).not.toContain('RetryInfo');
    }
    expect(tenant.received).toHaveLength(0);
  });

  test('other methods are UNIMPLEMENTED', async () => {
    await start();
    for (const path of ['/opentelemetry.proto.collector.trace.v1.TraceService/Export', '/x.Y/Z']) {
      expect((await call(payload, { path })).error?.code).toBe(status.UNIMPLEMENTED);
    }
  });

  test('credentials: none and unknown ones are UNAUTHENTICATED, the wrong scope is PERMISSION_DENIED', async () => {
    await start({
      tokens: [
        { name: 'writer', sha256: '0'.repeat(64), scopes: ['write'] },
        { name: 'reader', sha256, scopes: ['read'] },
      ],
    });
    expect((await call(payload)).error?.code).toBe(status.UNAUTHENTICATED);
    const withToken = (token: string): Metadata => {
      const metadata = new Metadata();
      metadata.set('authorization', `Bearer ${token}`);
      return metadata;
    };
    expect((await call(payload, { metadata: withToken('wrong') })).error?.code).toBe(status.UNAUTHENTICATED);
    expect((await call(payload, { metadata: withToken('test-token-b') })).error?.code).toBe(
      status.PERMISSION_DENIED,
    );
  });

  test('an unknown grpc-encoding is UNIMPLEMENTED and names those that are known', async () => {
    await start();
    const session = connect(`http://${running!.addresses.grpc}`);
    const headers = await raw(session, payload, { 'grpc-encoding': 'snappy' });
    expect(headers['grpc-status']).toBe('12');
    expect(headers['grpc-accept-encoding']).toBe('identity,gzip');
    session.close();
  });

  test('a request that is not gRPC is an HTTP error', async () => {
    await start();
    const session = connect(`http://${running!.addresses.grpc}`);
    const headers = await raw(session, payload, { 'content-type': 'application/json' });
    expect(headers[':status']).toBe(415);
    session.close();
  });

  test('malformed frames are INVALID_ARGUMENT', async () => {
    const tenant = await start();
    const session = connect(`http://${running!.addresses.grpc}`);
    for (const frame of [
      Buffer.from([0, 0, 0]),
      Buffer.from([0, 0, 0, 0, 9, 1]),
      Buffer.from([0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0]),
      Buffer.from([2, 0, 0, 0, 1, 1]),
      Buffer.from([1, 0, 0, 0, 1, 1]),
    ]) {
      const headers = await raw(session, frame, {}, false);
      expect(headers['grpc-status']).toBe('3');
    }
    expect(tenant.received).toHaveLength(0);
    session.close();
  });
});

describe('time', () => {
  test('grpc-timeout is honoured by the server', async () => {
    const tenant = await start();
    tenant.answers.consumed = () => sleep(2000, undefined);
    const session = connect(`http://${running!.addresses.grpc}`);
    const headers = await raw(session, payload, { 'grpc-timeout': '50m' });
    expect(headers['grpc-status']).toBe('4');
    session.close();
  });

  test('a message that does not come in time is DEADLINE_EXCEEDED', async () => {
    await start({ request_timeout: '200ms' });
    const session = connect(`http://${running!.addresses.grpc}`);
    const stream = session.request({
      ':method': 'POST',
      ':path': EXPORT,
      'content-type': 'application/grpc',
    });
    stream.write(Buffer.from([0, 0, 0, 0, 50, 1]));
    const headers = await new Promise<Record<string, unknown>>((resolve) => stream.on('response', resolve));
    expect(headers['grpc-status']).toBe('4');
    session.destroy();
  });

  test('shutdown sends GOAWAY and lets calls in progress finish', async () => {
    const tenant = await start();
    let finish: () => void = () => {};
    tenant.answers.consumed = () => new Promise((resolve) => (finish = () => resolve(undefined)));
    const session = connect(`http://${running!.addresses.grpc}`);
    const goneAway = new Promise<number>((resolve) => session.on('goaway', resolve));
    const answer = raw(session, payload, {});
    await expect.poll(() => tenant.received.length).toBe(1);
    const stopped = running!.service.shutdown();
    expect(await goneAway).toBe(constants.NGHTTP2_NO_ERROR);
    finish();
    expect((await answer)[':status']).toBe(200);
    await stopped;
    running = undefined;
  });
});

describe('limits', () => {
  test('announces how many calls a connection may have at once', async () => {
    await start({ grpc_streams_max: 7 });
    const session = connect(`http://${running!.addresses.grpc}`);
    const settings = await new Promise<{ maxConcurrentStreams?: number }>((resolve) =>
      session.on('remoteSettings', resolve),
    );
    expect(settings.maxConcurrentStreams).toBe(7);
    session.close();
  });
});

/** One call without a gRPC library; answers with the headers (of a refusal) or headers and trailers. */
function raw(
  session: ClientHttp2Session,
  body: Buffer,
  headers: Record<string, string>,
  framed = true,
): Promise<Record<string, unknown>> {
  return new Promise((resolve, reject) => {
    const stream = session.request({
      ':method': 'POST',
      ':path': EXPORT,
      'content-type': 'application/grpc',
      te: 'trailers',
      ...headers,
    });
    let all: Record<string, unknown> = {};
    stream.on('response', (received) => {
      all = { ...received };
    });
    stream.on('trailers', (received) => {
      all = { ...all, ...received };
    });
    stream.on('data', () => {});
    stream.on('close', () => resolve(all));
    stream.on('error', reject);
    const prefix = Buffer.from([0, 0, 0, 0, 0]);
    prefix.writeUInt32BE(body.length, 1);
    stream.end(framed ? Buffer.concat([prefix, body]) : body);
  });
}

test('a prefix that comes byte by byte is put together', async () => {
  const tenant = await start();
  const session = connect(`http://${running!.addresses.grpc}`);
  const stream = session.request({ ':method': 'POST', ':path': EXPORT, 'content-type': 'application/grpc' });
  const trailers = new Promise<Record<string, unknown>>((resolve) => stream.on('trailers', resolve));
  stream.resume();
  for (const byte of [0, 0, 0, 0, 3, 7, 8, 9]) {
    stream.write(Buffer.from([byte]));
    await sleep(5);
  }
  stream.end();
  expect((await trailers)['grpc-status']).toBe('0');
  expect([...tenant.received[0]]).toEqual([7, 8, 9]);
  session.close();
});

test('bodies of calls at the same time are kept apart in their reused buffers', async () => {
  const tenant = await start();
  tenant.answers.consumed = () => sleep(5, undefined);
  const bodies = Array.from({ length: 60 }, (_, i) => Buffer.alloc(3000 + i, i));
  await Promise.all(bodies.map((body) => call(body)));
  await Promise.all(bodies.map((body) => call(body)));
  const received = tenant.received.map((body) => Buffer.from(body)).sort(Buffer.compare);
  const sent = [...bodies, ...bodies].sort(Buffer.compare);
  expect(Buffer.concat(received).equals(Buffer.concat(sent))).toBe(true);
});

test('gzip frames of other libraries are read as well', async () => {
  const tenant = await start();
  const session = connect(`http://${running!.addresses.grpc}`);
  const compressed = gzipSync(payload);
  const prefix = Buffer.from([1, 0, 0, 0, 0]);
  prefix.writeUInt32BE(compressed.length, 1);
  const headers = await raw(session, Buffer.concat([prefix, compressed]), { 'grpc-encoding': 'gzip' }, false);
  expect(headers['grpc-status']).toBe('0');
  expect(Buffer.compare(tenant.received[0], payload)).toBe(0);
  session.close();
});
