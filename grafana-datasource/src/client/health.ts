import type { TestDataSourceResponse } from '@grafana/data';
import type { AlertsClient } from '@statbar/sdk/alerts';
import { ApiError, type QueryClient } from '@statbar/sdk/query';
import type { Translate } from '../texts.ts';

/** Clocks that differ by more than this make graphs end early or late. */
const SKEW_MAX_MS = 5000;

/** Asks the service who it is, and tries what the data source will need: a sentence for each. */
export async function checkHealth(
  client: QueryClient,
  alerts: AlertsClient,
  nowMs: () => number,
  t: Translate,
): Promise<TestDataSourceResponse> {
  const startMs = nowMs();
  let status: Awaited<ReturnType<QueryClient['status']>>;
  try {
    status = await client.status();
  } catch (error) {
    return { status: 'error', message: reasonOf(error, t) };
  }
  // The answer was made somewhere between asking and hearing.
  const skewMs = Math.round(status.nowMs - (startMs + nowMs()) / 2);
  const skew = t(Math.abs(skewMs) > SKEW_MAX_MS ? 'health.skew-bad' : 'health.skew', {
    seconds: (skewMs / 1000).toFixed(1),
  });
  const permissions = await Promise.all([
    tried(t('health.query'), () => client.instant({ query: '1' }), t),
    tried(t('health.metadata'), () => client.labelNames({ limit: 1 }), t),
    tried(t('health.anomalies'), () => client.episodes({ limit: 1 }), t),
    tried(t('health.alerts'), () => alerts.groups({ limit: 1 }), t),
  ]);
  const refused = permissions.filter(({ ok }) => !ok);
  const message = [
    t('health.version', { version: status.version, tenant: status.tenant }),
    t('health.series', { count: status.seriesCount }),
    status.ready ? '' : t('health.not-ready', { reason: status.reason }),
    skew,
  ];
  return {
    status: refused.length === 0 ? 'success' : 'error',
    message: message.filter((text) => text !== '').join(' '),
    details: {
      message: refused.length === 0 ? t('health.permissions') : t('health.refused'),
      verboseMessage: permissions.map(({ text }) => text).join('\n'),
    },
  };
}

interface Trial {
  readonly ok: boolean;
  readonly text: string;
}

async function tried(what: string, call: () => Promise<unknown>, t: Translate): Promise<Trial> {
  try {
    await call();
    return { ok: true, text: `${what}: ${t('health.allowed')}` };
  } catch (error) {
    // Not watched at all is a configuration, not a missing permission.
    const ok = error instanceof ApiError && error.status === 404;
    return { ok, text: `${what}: ${reasonOf(error, t)}` };
  }
}

function reasonOf(error: unknown, t: Translate): string {
  if (!(error instanceof ApiError)) return error instanceof Error ? error.message : String(error);
  if (error.status === 401) return t('health.unauthenticated', { message: error.message });
  if (error.status === 403) return t('health.forbidden', { message: error.message });
  if (error.status === 0 || error.status === 502) return t('health.unreachable', { message: error.message });
  return error.message;
}
