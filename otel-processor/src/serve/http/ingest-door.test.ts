import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
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

const PROTOBUF = 'application/x-protobuf';
const JSON_TYPE = 'application/json';
let running: RunningService | undefined;

afterEach(async () => {
  await running?.service.shutdown();
  running = undefined;
});

async function start(
  overrides: ServeOverrides = {},
): Promise<{ url: string; tenant: FakeTenant; service: RunningService }> {
  const tenant = createFakeTenant();
  running = await startService(overrides, [tenant]);
  return { url: running.url, tenant, service: running };
}

function post(url: string, body: BodyInit, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(url, { method: 'POST', body, headers: { 'Content-Type': PROTOBUF, ...headers } });
}

const payload = new Uint8Array(5000).map((_, i) => i % 251);

describe('bodies', () => {
  const codings = {
    none: ['', payload],
    identity: ['identity', payload],
    gzip: ['gzip', gzipSync(payload)],
    deflate: ['deflate', deflateSync(payload)],
    'deflate without zlib wrapper': ['deflate', deflateRawSync(payload)],
    zstd: ['zstd', zstdCompressSync(payload)],
  } as const;
  for (const [name, [coding, body]] of Object.entries(codings)) {
    test(`arrive decompressed: ${name}`, async () => {
      const { url, tenant } = await start();
      const headers: Record<string, string> = coding === '' ? {} : { 'Content-Encoding': coding };
      const response = await post(`${url}/v1/metrics`, body, headers);
      expect(response.status).toBe(200);
      expect(Buffer.compare(tenant.received[0], payload)).toBe(0);
    });
  }

  test('large compressed ones go through the thread pool and arrive whole', async () => {
    const { url, tenant } = await start();
    const large = Buffer.alloc(3_000_000);
    for (let i = 0; i < large.length; i += 4) large.writeUInt32LE(Math.imul(i, 2654435761) >>> 0, i);
    for (const [coding, body] of [
      ['gzip', gzipSync(large)],
      ['zstd', zstdCompressSync(large)],
    ] as const) {
      expect((await post(`${url}/v1/metrics`, body, { 'Content-Encoding': coding })).status).toBe(200);
      expect(Buffer.compare(tenant.received.pop()!, large)).toBe(0);
    }
  });

  test('empty requests succeed', async () => {
    const { url } = await start();
    expect((await post(`${url}/v1/metrics`, new Uint8Array(0))).status).toBe(200);
  });

  test('that do not decompress are 400, an unknown coding or a stack of them 415', async () => {
    const { url, tenant } = await start();
    for (const coding of ['gzip', 'deflate', 'zstd']) {
      const response = await post(`${url}/v1/metrics`, 'not compressed', {
        'Content-Encoding': coding,
        'Content-Type': JSON_TYPE,
      });
      expect(response.status).toBe(400);
      expect(((await response.json()) as { message: string }).message).toContain(coding);
    }
    for (const coding of ['br', 'gzip, gzip', 'lz4']) {
      expect((await post(`${url}/v1/metrics`, 'x', { 'Content-Encoding': coding })).status).toBe(415);
    }
    expect(tenant.received).toHaveLength(0);
  });
});

describe('size limits', () => {
  const overrides = { body_size_max: 100_000 };

  test('413 before decompression, by the declared length', async () => {
    const { url, tenant } = await start(overrides);
    const response = await post(`${url}/v1/metrics`, new Uint8Array(100_001), { 'Content-Type': JSON_TYPE });
    expect(response.status).toBe(413);
    const status = (await response.json()) as { message: string; code: number };
    expect(status.message).toContain('before decompression (limit: serve.body_size_max)');
    expect(tenant.received).toHaveLength(0);
    expect((await post(`${url}/v1/metrics`, new Uint8Array(100_000))).status).toBe(200);
  });

  test('413 for a chunked body as soon as it is too long', async () => {
    const { url } = await start(overrides);
    const stream = new ReadableStream({
      start(controller) {
        for (let i = 0; i < 40; i++) controller.enqueue(new Uint8Array(4096));
        controller.close();
      },
    });
    const response = await fetch(`${url}/v1/metrics`, {
      method: 'POST',
      body: stream,
      headers: { 'Content-Type': PROTOBUF },
      duplex: 'half',
    } as RequestInit);
    expect(response.status).toBe(413);
    expect(response.headers.get('content-type')).toBe(PROTOBUF);
  });

  for (const [coding, bomb] of [
    ['gzip', gzipSync(new Uint8Array(50_000_000))],
    ['deflate', deflateSync(new Uint8Array(50_000_000))],
    ['zstd', zstdCompressSync(new Uint8Array(50_000_000))],
  ] as const) {
    test(`413 after decompression: ${coding}`, async () => {
      const { url, tenant } = await start(overrides);
      const response = await post(`${url}/v1/metrics`, bomb, {
        'Content-Encoding': coding,
        'Content-Type': JSON_TYPE,
      });
      expect(response.status).toBe(413);
      expect(((await response.json()) as { message: string }).message).toContain('after decompression');
      expect(response.headers.get('retry-after')).toBeNull();
      expect(tenant.received).toHaveLength(0);
    });
  }
});

describe('answers', () => {
  test('full success leaves partial_success unset, in the encoding of the request', async () => {
    const { url } = await start();
    const protobuf = await post(`${url}/v1/metrics`, payload);
    expect(protobuf.headers.get('content-type')).toBe(PROTOBUF);
    expect((await protobuf.arrayBuffer()).byteLength).toBe(0);
    const json = await post(`${url}/v1/metrics`, '{}', { 'Content-Type': 'application/json; charset=utf-8' });
    expect(json.headers.get('content-type')).toBe(JSON_TYPE);
    expect(await json.json()).toEqual({});
  });

  test('partial success counts the rejected points and says why', async () => {
    const { url, tenant } = await start();
    tenant.answers.decoded = () => batchOf(10, 3);
    const response = await post(`${url}/v1/metrics`, '{}', { 'Content-Type': JSON_TYPE });
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({
      partialSuccess: {
        rejectedDataPoints: '3',
        errorMessage: '3 points rejected: too_old (3; for example an old one)',
      },
    });
  });

  test('undecodable bodies are 400 with google.rpc.Status and BadRequest', async () => {
    const { url, tenant } = await start();
    tenant.answers.decoded = () => permanent('invalid', 'field 7 is cut off');
    const json = await post(`${url}/v1/metrics`, '{', { 'Content-Type': JSON_TYPE });
    expect(json.status).toBe(400);
    expect(await json.json()).toMatchObject({
      code: 3,
      message: 'field 7 is cut off',
      details: [{ '@type': 'type.googleapis.com/google.rpc.BadRequest' }],
    });
    const protobuf = await post(`${url}/v1/metrics`, payload);
    expect(protobuf.status).toBe(400);
    expect(protobuf.headers.get('content-type')).toBe(PROTOBUF);
    expect(Buffer.from(await protobuf.arrayBuffer()).includes('field 7 is cut off')).toBe(true);
  });

  test('other methods are 405 with Allow, other types 415, both with a Status', async () => {
    const { url } = await start();
    for (const method of ['GET', 'PUT', 'DELETE']) {
      const response = await fetch(`${url}/v1/metrics`, { method });
      expect(response.status).toBe(405);
      expect(response.headers.get('allow')).toBe('POST');
      expect(await response.json()).toHaveProperty('message');
    }
    const response = await post(`${url}/v1/metrics`, 'x', { 'Content-Type': 'text/plain' });
    expect(response.status).toBe(415);
    expect(await response.json()).toHaveProperty('message');
  });

  test('traces are 404 with a Status that says so', async () => {
    const { url } = await start();
    const response = await post(`${url}/v1/traces`, '{}', { 'Content-Type': JSON_TYPE });
    expect(response.status).toBe(404);
    expect(((await response.json()) as { message: string }).message).toContain('not implemented');
  });

  test('logs and events go to the tenant, and the answer counts what was refused', async () => {
    const { url, tenant } = await start();
    tenant.events.acceptLogs = async () => refusedEvents();
    tenant.events.acceptJson = async () => refusedEvents();
    const logs = await post(`${url}/v1/logs`, '{}', { 'Content-Type': JSON_TYPE });
    expect([logs.status, await logs.json()]).toEqual([
      200,
      { partialSuccess: { rejectedLogRecords: '1', errorMessage: expect.stringContaining('why') } },
    ]);
    for (const type of [JSON_TYPE, 'application/x-ndjson', 'text/plain;charset=UTF-8']) {
      const events = await post(`${url}/statbar/v1/events`, '[]', { 'Content-Type': type });
      expect([events.status, await events.json()]).toEqual([
        200,
        { accepted: 2, refused: [{ reason: 'invalid_event', count: 1, example: 'why' }] },
      ]);
    }
    tenant.events.acceptJson = async () => permanent('invalid', 'line 2 is not valid JSON');
    const wrong = await post(`${url}/statbar/v1/events`, '', { 'Content-Type': JSON_TYPE });
    expect([wrong.status, await wrong.json()]).toEqual([
      400,
      { status: 'error', errorType: 'invalid', error: 'line 2 is not valid JSON' },
    ]);
    const other = await post(`${url}/statbar/v1/events`, '', { 'Content-Type': 'text/html' });
    expect(other.status).toBe(415);
  });

  test('requests on one connection are answered in order, also when pipelined', async () => {
    const { service, tenant } = await start();
    let delayMs = 30;
    tenant.answers.consumed = async () => {
      delayMs -= 10;
      await sleep(delayMs);
      return undefined;
    };
    const [host, port] = service.addresses.http.split(':');
    const socket = connect(Number(port), host);
    const one = (body: string) =>
      `POST /v1/metrics HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
    socket.write(one('{}') + one('{ }') + one('{  }'));
    let text = '';
    for await (const chunk of socket) {
      text += chunk;
      if (text.split('HTTP/1.1 200 OK').length === 4) break;
    }
    expect(tenant.received.map((body) => Buffer.from(body).toString())).toEqual(['{}', '{ }', '{  }']);
  });
});

describe('back-pressure', () => {
  test('overload is 429 and an unwritable store 503, both with Retry-After and RetryInfo', async () => {
    const { url, tenant } = await start();
    for (const [code, status] of [
      ['overloaded', 429],
      ['unavailable', 503],
    ] as const) {
      tenant.answers.consumed = async () => retryable(code, 'the disk is full', 2500);
      const response = await post(`${url}/v1/metrics`, '{}', { 'Content-Type': JSON_TYPE });
      expect(response.status).toBe(status);
      expect(response.headers.get('retry-after')).toBe('3');
      expect(await response.json()).toMatchObject({
        details: [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '2.5s' }],
      });
    }
  });

  test('a refusal by the memory guard is passed on and the reservation is given back', async () => {
    let reserved = 0;
    running = await startService({}, [createFakeTenant()], (sizeBytes) => {
      if (sizeBytes > 1000) return retryable('overloaded', 'memory', 1000);
      reserved += sizeBytes;
      return { release: () => (reserved -= sizeBytes) };
    });
    expect((await post(`${running.url}/v1/metrics`, payload)).status).toBe(429);
    expect((await post(`${running.url}/v1/metrics`, payload.subarray(0, 900))).status).toBe(200);
    expect(reserved).toBe(0);
  });

  test('bodies in flight together are limited; those over it may retry', async () => {
    const { service, tenant } = await start({ in_flight_size_max: 10_000 });
    const slow = httpRequest(`${service.url}/v1/metrics`, {
      method: 'POST',
      headers: { 'Content-Type': PROTOBUF, 'Content-Length': 9000 },
    });
    slow.on('error', () => {});
    slow.write(new Uint8Array(100));
    await expect.poll(async () => (await post(`${service.url}/v1/metrics`, payload)).status).toBe(429);
    expect(service.telemetry.render()).toMatch(
      /statbar_backpressure_total\{limit="in_flight_size_max"\} [1-9]/,
    );
    slow.destroy();
    await expect.poll(async () => (await post(`${service.url}/v1/metrics`, payload)).status).toBe(200);
    expect(tenant.received.every((body) => body.length === payload.length)).toBe(true);
  });

  test('a body that does not come in time is 408 and nothing of it is stored', async () => {
    const { service, tenant } = await start({ request_timeout: '1s', header_timeout: '1s' });
    const [host, port] = service.addresses.http.split(':');
    const socket = connect(Number(port), host);
    socket.write(
      'POST /v1/metrics HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{',
    );
    let text = '';
    for await (const chunk of socket) text += chunk;
    expect(text).toContain('408');
    expect(tenant.received).toHaveLength(0);
  });

  test('a client that leaves in the middle of its body is not stored', async () => {
    const { service, tenant } = await start();
    const request = httpRequest(`${service.url}/v1/metrics`, {
      method: 'POST',
      headers: { 'Content-Type': PROTOBUF, 'Content-Length': 9000 },
    });
    request.on('error', () => {});
    request.write(new Uint8Array(100));
    await sleep(50);
    request.destroy();
    await expect.poll(() => service.telemetry.render()).toContain('status="499"');
    expect(tenant.received).toHaveLength(0);
  });
});

describe('shape limits', () => {
  test('headers that are too many or too long, and long URLs, are refused', async () => {
    const { url, service } = await start({
      header_count_max: 20,
      url_length_max: 300,
      header_size_max: 8192,
    });
    for (const count of [20, 30, 300]) {
      const many = Object.fromEntries(Array.from({ length: count }, (_, i) => [`x-${i}`, '1']));
      const response = await post(`${url}/v1/metrics`, payload, many);
      expect(response.status).toBe(431);
      expect(await response.text()).toContain('serve.header_count_max');
    }
    expect((await post(`${url}/v1/metrics`, payload, { 'x-long': 'y'.repeat(9000) })).status).toBe(431);
    expect((await fetch(`${url}/api/v1/query?query=${'a'.repeat(400)}`)).status).toBe(414);
    const counted = service.telemetry.render();
    expect(counted).toContain('statbar_request_limit_total{limit="header_count_max"} 3');
    expect(counted).toContain('statbar_request_limit_total{limit="url_length_max"} 1');
    expect(counted).toContain('statbar_client_errors_total{reason="header_size_max"} 1');
  });

  test('a path that leads nowhere is named as it was sent', async () => {
    const { url } = await start();
    const response = await post(`${url}/v1/metrics/`, payload);
    expect(response.status).toBe(404);
    expect(await response.text()).toContain('/v1/metrics/');
  });
});

describe('remote write 1.0', () => {
  const headers = { 'Content-Encoding': 'snappy', 'X-Prometheus-Remote-Write-Version': '0.1.0' };

  test('204 when everything is stored', async () => {
    const { url, tenant } = await start();
    const response = await post(`${url}/api/v1/write`, payload, headers);
    expect(response.status).toBe(204);
    expect(Buffer.compare(tenant.received[0], payload)).toBe(0);
  });

  test('400 with the reasons when something was refused, which senders do not retry', async () => {
    const { url, tenant } = await start();
    tenant.answers.decoded = () => batchOf(5, 2);
    const response = await post(`${url}/api/v1/write`, payload, headers);
    expect(response.status).toBe(400);
    expect(await response.text()).toContain('2 points rejected: too_old');
  });

  test('back-pressure is always 503, because senders drop what gets a 429', async () => {
    const { url, tenant } = await start();
    tenant.answers.consumed = async () => retryable('overloaded', 'busy', 1000);
    const response = await post(`${url}/api/v1/write`, payload, headers);
    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).toBe('1');
  });

  test('415 for remote write 2.0, other codings and other types; 405 for GET', async () => {
    const { url } = await start();
    const version2 = {
      ...headers,
      'Content-Type': 'application/x-protobuf;proto=io.prometheus.write.v2.Request',
    };
    expect((await post(`${url}/api/v1/write`, payload, version2)).status).toBe(415);
    const version1 = { ...headers, 'Content-Type': 'application/x-protobuf;proto=prometheus.WriteRequest' };
    expect((await post(`${url}/api/v1/write`, payload, version1)).status).toBe(204);
    expect((await post(`${url}/api/v1/write`, payload, { 'Content-Encoding': 'gzip' })).status).toBe(415);
    expect(
      (await post(`${url}/api/v1/write`, payload, { ...headers, 'Content-Type': JSON_TYPE })).status,
    ).toBe(415);
    expect((await fetch(`${url}/api/v1/write`)).status).toBe(405);
  });
});

describe('shutdown', () => {
  test('lets requests in flight finish, and tells new ones to come back', async () => {
    const { service, tenant } = await start();
    let finish: () => void = () => {};
    tenant.answers.consumed = () => new Promise((resolve) => (finish = () => resolve(undefined)));
    const inFlight = post(`${service.url}/v1/metrics`, payload);
    await expect.poll(() => tenant.received.length).toBe(1);
    const stopped = service.service.shutdown();
    await expect(
      post(`${service.url}/v1/metrics`, payload).then((response) => response.status),
    ).rejects.toThrow();
    finish();
    expect((await inFlight).status).toBe(200);
    await stopped;
    running = undefined;
  });
});

function refusedEvents(): EventBatch {
  const batch = new EventBatch();
  batch.pointCount = 3;
  batch.rejections.reject(1, 'invalid_event', () => 'why');
  return batch;
}
