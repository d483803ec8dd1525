import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { storeContract } from './store.suite.ts';
import { openStore } from './store-harness.suite.ts';

const dirs: string[] = [];
async function directory(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'statbar-store-'));
  dirs.push(dir);
  return dir;
}
afterAll(async () => {
  for (const dir of dirs) await rm(dir, { recursive: true, force: true });
});

storeContract('durability fsync', async () => openStore(await directory()));
storeContract('durability os', async () => openStore(await directory(), { durability: 'os' }));
storeContract('durability memory', async () => openStore('', { durability: 'memory' }));
