import { expect, test } from 'vitest';
import { isFault, ManualClock, silentLogger, Telemetry } from '../base/index.ts';
import { openEventLog, storeConfigSchema } from './index.ts';
import { LogHistory } from './log-history.ts';
import { MemoryDisk } from './memory-disk.suite.ts';

test('history is kept up to its age and its size, the oldest goes first', () => {
  const history = new LogHistory({ ageMs: 100, sizeBytes: 50 });
  history.close(3, 20, 0);
  history.close(5, 20, 10);
  expect(history.keepFrom(50)).toBe(0);
  history.close(7, 20, 60);
  expect(history.keepFrom(60)).toBe(3);
  expect(history.keepFrom(110)).toBe(5);
  expect(history.keepFrom(160)).toBe(7);
});

test('without history everything before a checkpoint may go', () => {
  const history = new LogHistory({ ageMs: 0, sizeBytes: 1e9 });
  history.close(4, 1, 0);
  expect(history.keepFrom(0)).toBe(4);
});

const config = storeConfigSchema.parse({});

async function open(disk: MemoryDisk, clock: ManualClock, ageMs: number) {
  const history = { ageMs, sizeBytes: 1e6 };
  const ports = { dir: '/events', clock, logger: silentLogger, telemetry: new Telemetry(), disk, history };
  const opened = await openEventLog(config, ports);
  if (isFault(opened)) throw new Error(opened.message);
  return opened;
}

async function textsOf(log: Awaited<ReturnType<typeof open>>['log'], from: number): Promise<string[]> {
  const texts: string[] = [];
  for await (const { payload } of log.records(from, log.position))
    texts.push(Buffer.from(payload).toString());
  return texts;
}

test.each([
  [1000, ['one', 'two', 'three', 'four']],
  [0, ['three', 'four']],
])(
  'with a history of %i ms the log still has %j after two checkpoints and a start',
  async (ageMs, expected) => {
    const disk = new MemoryDisk();
    const clock = new ManualClock(0);
    const first = await open(disk, clock, ageMs);
    const write = async (log: typeof first.log, text: string): Promise<void> => {
      log.append(Buffer.from(text));
      expect(await log.durable()).toBeUndefined();
    };
    for (const text of ['one', 'two']) {
      await write(first.log, text);
      expect(await first.log.checkpoint(async () => Buffer.from('state'))).toBeUndefined();
    }
    await write(first.log, 'three');
    await first.log.close(1000);
    const { log, content } = await open(disk, clock, ageMs);
    expect(content.records.map((record) => Buffer.from(record).toString())).toEqual(['three']);
    await write(log, 'four');
    expect(await textsOf(log, 0)).toEqual(expected);
    // From a place on.
    expect(await textsOf(log, log.position - 1)).toEqual(['four']);
    clock.advance(2000);
    await log.checkpoint(async () => Buffer.from('state'));
    // What is old goes; what was covered just now is not.
    expect(await textsOf(log, 0)).toEqual(ageMs === 0 ? [] : ['three', 'four']);
    await log.close(1000);
  },
);
