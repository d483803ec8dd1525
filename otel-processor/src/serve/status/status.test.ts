import { readdirSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  createFakeTenant,
  type FakeTenant,
  type RunningService,
  startService,
} from '../fakes.test-support.ts';
import { openApiDocument } from './openapi.ts';

let running: RunningService;
let tenant: FakeTenant;
beforeEach(async () => {
  tenant = createFakeTenant();
  running = await startService({}, [tenant]);
});
afterEach(() => running.service.shutdown());

test('every path of the OpenAPI document answers, and its references lead somewhere', async () => {
  const document = (await (
    await fetch(`${running.url}/statbar/v1/openapi.json`)
  ).json()) as typeof openApiDocument;
  expect(document).toEqual(JSON.parse(JSON.stringify(openApiDocument)));
  for (const [path, operations] of Object.entries(document.paths)) {
    const isPlain = 'get' in operations && !path.includes('{');
    const methods = isPlain ? ['get'] : Object.keys(operations);
    for (const method of methods) {
      const response = await fetch(`${running.url}${path}?query=x&lane=chat`, {
        method: method.toUpperCase(),
      });
      if (isPlain) expect(response.status, path).toBe(200);
      // What is asked for does not exist, or has no body: but there is such a route.
      else
        expect([response.status, await response.text()].join(' '), path).not.toMatch(
          /^405|there is nothing at/,
        );
      if (isPlain) await response.body?.cancel();
    }
  }
  for (const [, name] of JSON.stringify(document).matchAll(/#\/components\/schemas\/(\w+)/g)) {
    expect(document.components.schemas).toHaveProperty(name);
  }
});

test('the status has exactly the fields that the document promises', async () => {
  const status = (await (await fetch(`${running.url}/statbar/v1/status`)).json()) as Record<string, unknown>;
  expect(Object.keys(status).sort()).toEqual(
    [...openApiDocument.components.schemas.ServiceStatus.required].sort(),
  );
  expect(status).toMatchObject({
    ready: true,
    reason: '',
    tenant: 'default',
    links: { http: running.addresses.http },
  });
  tenant.answers.status = () => ({
    writable: false,
    reason: 'disk full',
    seriesCount: 3,
    sizesBytes: { wal: 7 },
  });
  expect(await (await fetch(`${running.url}/statbar/v1/status`)).json()).toMatchObject({
    ready: false,
    reason: 'tenant default cannot be written: disk full',
    seriesCount: 3,
    sizesBytes: { wal: 7 },
  });
});

test('the page and each of its files are served, and it asks for nothing from elsewhere', async () => {
  const html = await (await fetch(running.url)).text();
  for (const [, path] of html.matchAll(/(?:src|href)="(assets\/[^"]+)"/g)) {
    expect((await fetch(`${running.url}/${path}`)).status, path).toBe(200);
  }
  for (const file of readdirSync(new URL('page/', import.meta.url))) {
    const path = file === 'index.html' ? '' : `assets/${file}`;
    const body = await (await fetch(`${running.url}/${path}`)).text();
    for (const [, name] of body.matchAll(/from '\.\/([\w.]+)'/g)) {
      expect((await fetch(`${running.url}/assets/${name}`)).status, name).toBe(200);
    }
    expect(body.replaceAll('http://www.w3.org', ''), file).not.toMatch(/(?:src|href)="(?:https?:)?\/\//);
  }
});

test('metrics are Prometheus text with the process, the event loop and the routes used', async () => {
  await fetch(`${running.url}/api/v1/labels`);
  const response = await fetch(`${running.url}/metrics`);
  expect(response.headers.get('content-type')).toContain('version=0.0.4');
  const body = await response.text();
  for (const name of [
    'process_cpu_seconds_total',
    'process_resident_memory_bytes',
    'nodejs_eventloop_lag_p99_seconds',
    'statbar_requests_total{door="http",route="/api/v1/labels",status="200"} 1',
    'statbar_connections{door="http"}',
  ]) {
    expect(body).toContain(name);
  }
});
