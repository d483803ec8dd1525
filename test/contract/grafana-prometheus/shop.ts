import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { runChild } from '../../support/child.ts';
import { type Service, startService } from '../../support/service.ts';
import { minuteMs, minutes, shopMetrics } from './traffic.ts';

/** End of the last whole minute. */
export const endMs = Date.now() - (Date.now() % minuteMs);
export const startMs = endMs - minutes * minuteMs;
export const everyMinute: readonly number[] = Array.from(
  { length: minutes + 1 },
  (_, minute) => startMs + minute * minuteMs,
);

/** A service that has the shop's metrics; `config` is further YAML. */
export async function startShop(config = ''): Promise<Service> {
  // Names with dots stay as they are: the front end has to quote and to escape them.
  const service = await startService({
    config: `ingest:\n  name_translation: NoUTF8EscapingWithSuffixes\n${config}`,
  });
  const response = await fetch(`${service.httpUrl}/v1/metrics`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(shopMetrics(startMs)),
  });
  expect([response.status, await response.text()]).toEqual([200, '{}']);
  return service;
}

/** What Grafana's front end out of `packages` finds in the service up to `toMs`. */
export async function frontEnd<T>(
  packages: string,
  service: Service,
  about: 'editor' | 'panels' | 'rules',
  toMs = endMs,
): Promise<T> {
  const script = fileURLToPath(new URL('./front-end.ts', import.meta.url));
  const args = [script, packages, service.httpUrl, String(startMs), String(toMs), about];
  const result = await runChild(process.execPath, args);
  expect(result.code, result.stderr).toBe(0);
  return JSON.parse(result.stdout) as T;
}
