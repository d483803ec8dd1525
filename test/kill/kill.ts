import { readdirSync } from 'node:fs';
import { sep } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createPrng, type Prng } from '../../otel-processor/src/base/index.ts';
import { type Service, startService } from '../support/service.ts';
import { createTempDir } from '../support/temp-dir.ts';
import { type Client, DeltaClient, HistogramClient, RemoteWriteClient } from './clients.ts';
import { Ledger } from './ledger.ts';
import { violations } from './read-back.ts';

export interface KillOptions {
  /** More, up to ten times as many, when so few did not cut into anything. */
  readonly kills: number;
  readonly seed: number;
  /** Small limits, so that snapshots and sealing are cut down too. */
  readonly config: string;
  /** How each life of the service ends. */
  readonly end: 'kill' | 'terminate';
  /** Longest life. */
  readonly lifeMsMax: number;
  /** See `Pace`. The more kills, the fewer leaps, or the clients run out of history. */
  readonly leapProbability: number;
  readonly report?: (line: string) => void;
}

export interface KillReport {
  readonly kills: number;
  readonly killsDuringStart: number;
  readonly acknowledged: number;
  /** Starts that found a snapshot, and starts that found sealed blocks: what the kills were to cut into. */
  readonly startsWithSnapshot: number;
  readonly startsWithBlocks: number;
  readonly violations: readonly string[];
}

/** Long ago enough that ranges end and are sealed while the clients write. */
const HISTORY_MS = 14 * 86_400_000;

/**
 * Starts the service, lets clients write, ends it at a random moment, starts it again on the same folder and
 * holds what it has against what was acknowledged; over and over.
 */
export async function killRepeatedly(options: KillOptions): Promise<KillReport> {
  const prng = createPrng(options.seed);
  const temp = createTempDir('kill');
  const ledger = new Ledger();
  const startMs = Date.now() - HISTORY_MS;
  const clients = createClients(ledger, prng, startMs, options);
  const start = (): Promise<Service> => startService({ dataDir: temp.path, config: options.config });
  const wrong: string[] = [];
  let killsDuringStart = 0;
  let kills = 0;
  let startsWithSnapshot = 0;
  let startsWithBlocks = 0;
  // On a slow machine lives may be over before anything was written: then there are more of them.
  const worthwhile = (): boolean =>
    ledger.acknowledged > 100 && (options.end !== 'kill' || startsWithSnapshot + startsWithBlocks > 0);
  let service: Service | undefined;
  try {
    while ((kills < options.kills || !worthwhile()) && kills < 10 * options.kills && wrong.length === 0) {
      if (holdsFile(temp.path, 'snapshot')) startsWithSnapshot += 1;
      if (holdsFile(temp.path, 'blocks')) startsWithBlocks += 1;
      service = await start();
      wrong.push(...(await violations(service.httpUrl, ledger, startMs, Date.now() + 600_000)));
      await live(service, clients, prng, options);
      kills += 1;
      if (options.end === 'kill' && prng.next() < 0.25) {
        await killDuringStart(temp.path, prng, options.config);
        killsDuringStart += 1;
        kills += 1;
      }
      options.report?.(`${kills} kills, ${ledger.acknowledged} samples acknowledged`);
    }
    service = await start();
    wrong.push(...(await violations(service.httpUrl, ledger, startMs, Date.now() + 600_000)));
    await service.stop();
  } finally {
    await service?.kill();
    temp.remove();
  }
  return {
    kills,
    killsDuringStart,
    acknowledged: ledger.acknowledged,
    startsWithSnapshot,
    startsWithBlocks,
    violations: wrong,
  };
}

/** Whether there is a file in a folder of this name, however deep it is. */
function holdsFile(dataDir: string, folder: string): boolean {
  return readdirSync(dataDir, { recursive: true, withFileTypes: true }).some(
    (entry) => entry.isFile() && entry.parentPath.split(sep).includes(folder),
  );
}

function createClients(ledger: Ledger, prng: Prng, startMs: number, options: KillOptions): Client[] {
  const seeded = (): Prng => createPrng(prng.uint32());
  const pace = (delayMs: number, pauseMs: number) => ({
    startMs: startMs + delayMs,
    endMs: Date.now() - 3_600_000,
    leapProbability: options.leapProbability,
    pauseMs,
  });
  return [
    new RemoteWriteClient(ledger, seeded(), 'steady', false, pace(0, 2)),
    new RemoteWriteClient(ledger, seeded(), 'late', true, pace(0, 2)),
    new RemoteWriteClient(ledger, seeded(), 'late-too', true, pace(40_000, 3)),
    new DeltaClient(ledger, seeded(), 'delta', pace(0, 2)),
    new DeltaClient(ledger, seeded(), 'delta-too', pace(7_000_000, 3)),
    new HistogramClient(ledger, seeded(), 'wide', pace(0, 3)),
  ];
}

async function live(
  service: Service,
  clients: readonly Client[],
  prng: Prng,
  options: KillOptions,
): Promise<void> {
  const target = { host: '127.0.0.1', port: Number(new URL(service.httpUrl).port) };
  const over = new AbortController();
  const writing = Promise.all(clients.map((client) => client.run(target, over.signal)));
  try {
    await Promise.race([sleep(20 + prng.next() * (options.lifeMsMax - 20)), writing]);
    if (options.end === 'kill') await service.kill();
    else await service.stop();
  } finally {
    over.abort();
  }
  await writing;
}

/** Recovery is cut down as well: the process dies somewhere between its first instruction and being ready. */
async function killDuringStart(dataDir: string, prng: Prng, config: string): Promise<void> {
  const starting = startService({ dataDir, config, readyTimeoutMs: 50 + Math.floor(prng.next() * 700) });
  // The helper stops (SIGKILL without grace) a service that is not ready in time.
  await starting.then((service) => service.kill()).catch(() => {});
}
