import { createAlertsClient } from '@statbar/sdk/alerts';
import { createQueryClient } from '@statbar/sdk/query';
import { expect, test } from 'vitest';
import type { Translate } from '../texts.ts';
import { checkHealth } from './health.ts';

const say: Translate = (key, values = {}) => [key, ...Object.values(values)].join(' ');
const nowMs = 1_000_000;

/** A service that says this of itself, and refuses these paths. */
function health(status: object, refused: Readonly<Record<string, number>> = {}) {
  const fetch: typeof globalThis.fetch = async (input) => {
    const { pathname } = new URL(String(input));
    const code = refused[pathname];
    if (code !== undefined)
      return new Response('{"status":"error","errorType":"x","error":"why"}', { status: code });
    if (pathname === '/statbar/v1/status')
      return Response.json({
        version: '1.2.3',
        tenant: 'a',
        seriesCount: 7,
        nowMs,
        ready: true,
        reason: '',
        ...status,
      });
    const data = pathname.includes('labels')
      ? []
      : pathname.includes('anomalies')
        ? { episodes: [], nextCursor: null }
        : pathname.includes('alerts')
          ? { groups: [], nextCursor: null }
          : { resultType: 'scalar', result: [0, '1'] };
    return Response.json({ status: 'success', data });
  };
  const options = { baseUrl: 'http://x', fetch };
  return checkHealth(createQueryClient(options), createAlertsClient(options), () => nowMs, say);
}

test('all is well: version, tenant, series, clock', async () => {
  const { status, message, details } = await health({});
  expect([status, message]).toEqual(['success', 'health.version 1.2.3 a health.series 7 health.skew 0.0']);
  expect(details?.verboseMessage?.split('\n').length).toBe(4);
});

test.each([
  [4000, 'health.skew 4.0'],
  [-60_000, 'health.skew-bad -60.0'],
])('a clock that is %i ms off is told', async (offMs, text) => {
  expect((await health({ nowMs: nowMs + offMs })).message).toContain(text);
});

test('a service that is not ready says why', async () => {
  expect((await health({ ready: false, reason: 'replaying' })).message).toContain(
    'health.not-ready replaying',
  );
});

test('what is refused is named; what is not there is none of the token', async () => {
  const { status, details } = await health({}, { '/statbar/v1/alerts': 403, '/statbar/v1/anomalies': 404 });
  expect([status, details?.message]).toEqual(['error', 'health.refused']);
  expect(details?.verboseMessage).toContain('health.alerts: health.forbidden why');
});

test.each([
  [401, 'health.unauthenticated why'],
  [502, 'health.unreachable why'],
])('a service that answers %i at once is an error with a reason', async (code, message) => {
  expect(await health({}, { '/statbar/v1/status': code })).toEqual({ status: 'error', message });
});
