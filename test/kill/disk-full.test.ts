import { statfsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { createPrng } from '../../otel-processor/src/base/index.ts';
import { need } from '../support/need.ts';
import { type Service, startService } from '../support/service.ts';
import { eventually } from '../support/wait.ts';
import { RemoteWriteClient } from './clients.ts';
import { Ledger } from './ledger.ts';
import { violations } from './read-back.ts';
import { mountSmallDisk } from './small-disk.ts';

const MEGABYTE = 1024 * 1024;
const disk = await need('a small file system', mountSmallDisk(16));
afterAll(() => disk?.remove());

describe.skipIf(disk === undefined)('a disk that is full', () => {
  test.each([
    ['when a write fails', '0'],
    ['before it is really full', '2MiB'],
  ])(
    '%s: writes are refused for now, reads go on, and space lets it recover by itself',
    async (_when, minFree) => {
      const dataDir = join(disk!.path, `data-${minFree}`);
      const config = `store:\n  min_free_disk: ${minFree}\n  snapshot_wal_size: 1GiB\n  blocks:\n    retention_time: 60d\n`;
      const ledger = new Ledger();
      const startMs = Date.now() - 86_400_000;
      const pace = { startMs, endMs: Date.now() - 3_600_000, leapProbability: 0, pauseMs: 0 };
      const client = new RemoteWriteClient(ledger, createPrng(1), 'full', false, pace);
      const check = (service: Service): Promise<string[]> =>
        violations(service.httpUrl, ledger, startMs, Date.now() + 60_000);
      let service = await startService({ dataDir, config });
      const over = new AbortController();
      try {
        const target = { host: '127.0.0.1', port: Number(new URL(service.httpUrl).port) };
        const writing = client.run(target, over.signal);
        await eventually(() => (ledger.acknowledged > 1000 ? true : undefined), {
          what: 'the first samples',
        });
        disk!.fill(freeOf(disk!.path) - (minFree === '0' ? 0 : MEGABYTE));
        await eventually(() => (client.refusals > 10 ? true : undefined), {
          what: 'a refusal',
          timeoutMs: 60_000,
        });
        const ready = await fetch(`${service.httpUrl}/readyz`);
        expect(ready.status).toBe(503);
        expect(await check(service)).toEqual([]);
        const acknowledged = ledger.acknowledged;
        disk!.empty();
        await eventually(() => (ledger.acknowledged > acknowledged + 1000 ? true : undefined), {
          what: 'writing goes on',
          timeoutMs: 60_000,
        });
        await eventually(async () => ((await fetch(`${service.httpUrl}/readyz`)).ok ? true : undefined), {
          what: 'readiness',
          timeoutMs: 60_000,
        });
        over.abort();
        await writing;
        expect(await check(service)).toEqual([]);
        await service.kill();
        service = await startService({ dataDir, config });
        expect(await check(service)).toEqual([]);
      } finally {
        over.abort();
        await service.kill();
      }
    },
    90_000,
  );
});

function freeOf(path: string): number {
  const { bavail, bsize } = statfsSync(path);
  return bavail * bsize;
}
