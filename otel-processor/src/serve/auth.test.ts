import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Scope } from './config.ts';
import { createFakeTenant, type RunningService, startService } from './fakes.test-support.ts';

const token = (name: string): string => `sb_test-${name}`;
const hash = (text: string): string => createHash('sha256').update(text).digest('hex');
const scopesOf: Record<string, Scope[]> = {
  reader: ['read'],
  writer: ['write'],
  admin: ['admin'],
  all: ['read', 'write', 'admin'],
};

let running: RunningService;
const ours = createFakeTenant('default');
const theirs = createFakeTenant('other');

beforeAll(async () => {
  const tokens = Object.entries(scopesOf).map(([name, scopes]) => ({
    name,
    scopes,
    sha256: hash(token(name)),
  }));
  running = await startService(
    {
      tokens: [
        ...tokens,
        { name: 'foreign', scopes: ['read', 'write'], sha256: hash(token('foreign')), tenant: 'other' },
      ],
    },
    [ours, theirs],
  );
});
afterAll(() => running.service.shutdown());

interface Route {
  readonly method: string;
  readonly path: string;
  readonly needs: Scope | 'nothing';
}

const routes: readonly Route[] = [
  { method: 'POST', path: '/v1/metrics', needs: 'write' },
  { method: 'POST', path: '/v1/logs', needs: 'write' },
  { method: 'POST', path: '/v1/traces', needs: 'write' },
  { method: 'POST', path: '/api/v1/write', needs: 'write' },
  { method: 'GET', path: '/api/v1/query?query=x', needs: 'read' },
  { method: 'POST', path: '/api/v1/query?query=x', needs: 'read' },
  { method: 'GET', path: '/api/v1/query_range?query=x&start=0&end=1&step=1', needs: 'read' },
  { method: 'GET', path: '/api/v1/query_exemplars?query=x', needs: 'read' },
  { method: 'GET', path: '/api/v1/series?match[]=x', needs: 'read' },
  { method: 'GET', path: '/api/v1/labels', needs: 'read' },
  { method: 'GET', path: '/api/v1/label/job/values', needs: 'read' },
  { method: 'GET', path: '/api/v1/metadata', needs: 'read' },
  { method: 'GET', path: '/api/v1/rules', needs: 'read' },
  { method: 'GET', path: '/api/v1/alerts', needs: 'read' },
  { method: 'GET', path: '/api/v1/format_query?query=x', needs: 'read' },
  { method: 'GET', path: '/api/v1/parse_query?query=x', needs: 'read' },
  { method: 'GET', path: '/api/v1/status/buildinfo', needs: 'read' },
  { method: 'GET', path: '/api/v1/status/config', needs: 'read' },
  { method: 'GET', path: '/api/v1/status/flags', needs: 'read' },
  { method: 'GET', path: '/api/v1/status/runtimeinfo', needs: 'read' },
  { method: 'GET', path: '/api/v1/status/tsdb', needs: 'read' },
  { method: 'POST', path: '/api/v1/admin/tsdb/delete_series?match[]=x', needs: 'admin' },
  { method: 'POST', path: '/api/v1/admin/tsdb/clean_tombstones', needs: 'admin' },
  { method: 'GET', path: '/statbar/v1/stream?query=x', needs: 'read' },
  { method: 'GET', path: '/statbar/v1/status', needs: 'read' },
  { method: 'GET', path: '/statbar/v1/openapi.json', needs: 'read' },
  { method: 'GET', path: '/metrics', needs: 'read' },
  { method: 'GET', path: '/healthz', needs: 'nothing' },
  { method: 'GET', path: '/readyz', needs: 'nothing' },
  { method: 'GET', path: '/', needs: 'nothing' },
  { method: 'GET', path: '/assets/main.js', needs: 'nothing' },
];

async function status({ method, path }: Route, authorization?: string): Promise<number> {
  const abort = new AbortController();
  const headers: Record<string, string> = authorization === undefined ? {} : { Authorization: authorization };
  if (path.startsWith('/v1/')) headers['Content-Type'] = 'application/json';
  if (path === '/api/v1/write') headers['Content-Type'] = 'application/x-protobuf';
  const response = await fetch(running.url + path, { method, headers, signal: abort.signal });
  abort.abort();
  return response.status;
}

describe('every route, with every kind of credential', () => {
  for (const route of routes) {
    test(`${route.method} ${route.path} needs ${route.needs}`, async () => {
      const open = route.needs === 'nothing';
      const refused = (got: number): boolean => got === 401 || got === 403;
      expect(await status(route)).toBe(open ? 200 : 401);
      expect(await status(route, 'Bearer wrong')).toBe(open ? 200 : 401);
      expect(await status(route, 'Basic c2I6c2I=')).toBe(open ? 200 : 401);
      for (const [name, scopes] of Object.entries(scopesOf)) {
        const got = await status(route, `Bearer ${token(name)}`);
        const allowed = open || scopes.includes(route.needs as Scope);
        expect(refused(got), `${name}: ${got}`).toBe(!allowed);
        if (!allowed) expect(got).toBe(403);
      }
    });
  }
});

test('a token reaches its own tenant only, whatever the headers say', async () => {
  ours.expressions.length = 0;
  await fetch(`${running.url}/api/v1/query?query=secret`, {
    headers: { Authorization: `Bearer ${token('foreign')}`, 'X-Scope-OrgID': 'default' },
  });
  expect(theirs.expressions).toContain('secret');
  expect(ours.expressions).toEqual([]);
});

test('refusals say how to authenticate, and never repeat the credential', async () => {
  const response = await fetch(`${running.url}/api/v1/query?query=x`, {
    headers: { Authorization: 'Bearer sb_mistyped' },
  });
  expect(response.headers.get('www-authenticate')).toBe('Bearer');
  const text = await response.text();
  expect(JSON.parse(text)).toMatchObject({ status: 'error', errorType: 'unauthorized' });
  expect(text).not.toContain('sb_mistyped');
  expect(running.telemetry.render()).toMatch(/statbar_auth_failures_total\{reason="unknown"\} [1-9]/);
});

test('readyz tells strangers no reasons', async () => {
  ours.answers.status = () => ({
    writable: false,
    reason: 'the disk is full',
    seriesCount: 0,
    sizesBytes: {},
  });
  const stranger = await fetch(`${running.url}/readyz`);
  expect(stranger.status).toBe(503);
  expect(await stranger.text()).toBe('not ready\n');
  const reader = await fetch(`${running.url}/readyz`, {
    headers: { Authorization: `Bearer ${token('reader')}` },
  });
  expect(await reader.text()).toContain('the disk is full');
  ours.answers.status = () => ({ writable: true, reason: undefined, seriesCount: 0, sizesBytes: {} });
});
