import { expect, test } from 'vitest';
import { silentLogger } from '../base/index.ts';
import { CappedLog } from './capped-log.ts';
import { MemoryDisk } from './memory-disk.suite.ts';

const open = (disk: MemoryDisk, sizeMax = 1000): CappedLog =>
  new CappedLog(sizeMax, { dir: '/d', name: 'lines', logger: silentLogger, disk });

async function sizeOf(disk: MemoryDisk): Promise<number> {
  let size = 0;
  for (const name of await disk.list('/d')) size += (await disk.read(`/d/${name}`)).length;
  return size;
}

test('lines come back newest first, after a restart too', async () => {
  const disk = new MemoryDisk();
  const log = open(disk);
  expect(await log.read()).toEqual([]);
  expect(['a', 'b'].map((line) => log.append(line))).toEqual([true, true]);
  expect(await log.read()).toEqual(['b', 'a']);
  await log.close();
  const again = open(disk);
  again.append('ü');
  expect(await again.read()).toEqual(['ü', 'b', 'a']);
});

test('it never holds more than its size, and at least half of it of the newest', async () => {
  const disk = new MemoryDisk();
  const log = open(disk);
  for (let i = 0; i < 500; i++) {
    log.append(`line ${i}`);
    if (i % 7 === 0) await log.read();
  }
  const lines = (await log.read()) as string[];
  expect(await sizeOf(disk)).toBeLessThanOrEqual(1000);
  expect(lines.join('\n').length).toBeGreaterThan(400);
  expect(lines).toEqual(lines.map((_, i) => `line ${499 - i}`));
});

test('what cannot wait any more is refused', async () => {
  const log = open(new MemoryDisk());
  const taken = Array.from({ length: 100 }, (_, i) => log.append(`line ${i}`)).filter((each) => each).length;
  expect(taken).toBe(16);
  expect(await log.read()).toHaveLength(taken);
});

test('half a line that a crash left is not one', async () => {
  const disk = new MemoryDisk();
  const log = open(disk);
  log.append('whole');
  await log.close();
  const file = await disk.open('/d/lines.log', 'existing');
  await file.write(Buffer.from('ha'), 6);
  const again = open(disk);
  expect(await again.read()).toEqual(['whole']);
  again.append('next');
  expect(await again.read()).toEqual(['next', 'whole']);
});

test('a disk that fails loses lines, says so, and is used again when it works', async () => {
  const disk = new MemoryDisk();
  const log = open(disk);
  disk.fail = (operation) => (operation === 'write' ? 'ENOSPC' : undefined);
  log.append('lost');
  expect(await log.read()).toEqual([]);
  disk.fail = () => undefined;
  log.append('kept');
  expect(await log.read()).toEqual(['kept']);
});
