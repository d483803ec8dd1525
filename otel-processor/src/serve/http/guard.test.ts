import { request } from 'node:http';
import { afterEach, describe, expect, test } from 'vitest';
import { type RunningService, startService } from '../fakes.test-support.ts';

let running: RunningService;
afterEach(() => running.service.shutdown());

/** `fetch` may not set Host or Origin. */
function ask(
  method: string,
  path: string,
  headers: Record<string, string>,
): Promise<{ status: number; headers: NodeJS.Dict<string | string[]> }> {
  return new Promise((resolve, reject) => {
    const sent = request(running.url + path, { method, headers }, (response) => {
      response.resume();
      resolve({ status: response.statusCode ?? 0, headers: response.headers });
    });
    sent.on('error', reject);
    sent.end();
  });
}

describe('without tokens', () => {
  test('only this machine may be addressed, so that a page cannot rebind its name to it', async () => {
    running = await startService({ allowed_hosts: ['statbar.local'] });
    for (const host of ['localhost:4318', '127.0.0.1', '[::1]:4318', 'statbar.local']) {
      expect((await ask('GET', '/healthz', { host })).status).toBe(200);
    }
    expect((await ask('GET', '/api/v1/labels', { host: 'evil.example' })).status).toBe(403);
    expect((await ask('POST', '/v1/metrics', { host: 'evil.example:4318' })).status).toBe(403);
  });

  test('a page of another origin cannot change anything', async () => {
    running = await startService();
    const { host } = new URL(running.url);
    const path = '/api/v1/admin/tsdb/delete_series?match[]=x';
    expect((await ask('POST', path, { host, origin: 'https://evil.example' })).status).toBe(403);
    expect((await ask('POST', path, { host, origin: `http://${host}` })).status).toBe(204);
  });
});

describe('CORS', () => {
  test('is off by default', async () => {
    running = await startService();
    const { headers } = await ask('GET', '/api/v1/labels', { origin: 'https://app.example' });
    expect(headers['access-control-allow-origin']).toBeUndefined();
    const preflight = await ask('OPTIONS', '/v1/metrics', {
      origin: 'https://app.example',
      'access-control-request-method': 'POST',
    });
    expect(preflight.status).toBe(403);
  });

  test('allows the origins of the list and no others', async () => {
    running = await startService({ cors_origins: ['https://app.example'] });
    const preflight = (origin: string) =>
      ask('OPTIONS', '/v1/metrics', { origin, 'access-control-request-method': 'POST' });
    const allowed = await preflight('https://app.example');
    expect(allowed.status).toBe(204);
    expect(allowed.headers['access-control-allow-origin']).toBe('https://app.example');
    expect(allowed.headers['vary']).toBe('Origin');
    expect((await preflight('https://app.example.evil.example')).status).toBe(403);
    const { headers } = await ask('GET', '/api/v1/labels', { origin: 'https://app.example' });
    expect(headers['access-control-allow-origin']).toBe('https://app.example');
  });
});

test('the status page may load nothing but itself and be framed by nobody', async () => {
  running = await startService();
  const { headers } = await ask('GET', '/', {});
  expect(headers['content-security-policy']).toContain("default-src 'none'");
  expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
  expect(headers['content-security-policy']).not.toContain('unsafe');
  expect(headers['x-content-type-options']).toBe('nosniff');
});
