import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { type Child, startChild } from '../support/child.ts';
import { type Service, startService } from '../support/service.ts';
import { eventually } from '../support/wait.ts';

const at = (path: string): string => fileURLToPath(new URL(`../../demo/${path}`, import.meta.url));

export interface DemoService {
  readonly service: Service;
  readonly demo: Child;
  stop(): Promise<void>;
}

/**
 * A service as the demo configures it, that has learnt the demo's past and is being played its incident. The demo has nobody to
 * tell; here a webhook is told of its alerts.
 */
export async function startDemoService(): Promise<DemoService> {
  const hook = createServer((_request, response) => response.end());
  await new Promise<void>((resolve) => hook.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(hook.address() as AddressInfo).port}`;
  const given = parse(readFileSync(at('statbar.yaml'), 'utf8')) as Record<string, object>;
  const config = {
    ...given,
    rules: { ...given['rules'], files: [at('rules.yml')] },
    alert: {
      route: { group_by: ['service'], group_wait: '5s', receiver: 'hook' },
      receivers: [{ name: 'hook', webhook: [{ url }] }],
    },
    serve: { self_metrics: { interval: '1s' } },
    watch: { cpu_share_max: 0.9 },
  };
  // JSON is YAML.
  const service = await startService({ config: JSON.stringify(config) });
  const demo = startChild(process.execPath, [
    at('src/main.ts'),
    ...['--url', service.httpUrl, '--backfill', '30h', '--seed', '7', '--time-of-day', '19:00'],
    ...['--incident-after', '30s', '--incident-for', '20m'],
  ]);
  const stop = async (): Promise<void> => {
    await demo.stop();
    await service.stop();
    hook.close();
  };
  try {
    await demo.line((line) => line.startsWith('Live now'), 180_000);
    await eventually(
      async () => {
        const answer = await fetch(`${service.httpUrl}/statbar/v1/watches`);
        const { data } = (await answer.json()) as { data: { historyDone: number } };
        return data.historyDone >= 1 ? true : undefined;
      },
      { timeoutMs: 180_000, everyMs: 500, what: 'the history is read' },
    );
  } catch (error) {
    await stop();
    throw error;
  }
  return { service, demo, stop };
}
