import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Measuring, in CPU-seconds: on a shared machine the wall clock tells more about the neighbours than about
 * the program. Rates are amounts per CPU-second of the process under test, all its threads included.
 */

/** Linux reports process times in ticks of 10 ms. */
const TICKS_PER_SECOND = 100;

export interface Reading {
  readonly amount: number;
  readonly cpuSeconds: number;
  readonly wallSeconds: number;
}

/** CPU time of this process so far, user and system, all threads. */
export function ownCpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** CPU time of another process so far, all its threads, those that ended included. */
export function processCpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The command name may hold spaces; fields are counted from behind its closing parenthesis.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

/** How long the main thread of a process has been ready to run and had no core, so far; 0 where nobody counts. */
export function coreWaitSeconds(pid: number): number {
  try {
    return Number(readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[1]) / 1e9;
  } catch {
    return 0;
  }
}

/** Resident memory of another process. */
export function processRssBytes(pid: number): number {
  const match = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  if (match === null) throw new Error(`no resident memory known for process ${pid}`);
  return Number(match[1]) * 1024;
}

/** Runs `run`, which returns how much it did, and reads the CPU time of `pid` (this process when undefined). */
export async function measure(
  run: () => number | Promise<number>,
  pid?: number,
  settle?: () => Promise<void>,
): Promise<Reading> {
  const cpuNow = (): number => (pid === undefined ? ownCpuSeconds() : processCpuSeconds(pid));
  const cpuBefore = cpuNow();
  const wallBefore = performance.now();
  const amount = await run();
  const wallSeconds = (performance.now() - wallBefore) / 1000;
  await settle?.();
  return { amount, cpuSeconds: cpuNow() - cpuBefore, wallSeconds };
}

export interface Contender {
  readonly name: string;
  readonly round: (round: number) => Promise<Reading>;
}

/**
 * Runs every contender once per round, A B C A B C, so that a slow minute of the machine hits all alike.
 * The first round warms up and is not counted.
 */
export async function alternate(
  contenders: readonly Contender[],
  roundCount: number,
): Promise<Map<string, Reading[]>> {
  const readings = new Map<string, Reading[]>();
  for (const { name } of contenders) readings.set(name, []);
  for (let round = 0; round <= roundCount; round++) {
    for (const { name, round: run } of contenders) {
      const reading = await run(round);
      if (round > 0) readings.get(name)!.push(reading);
    }
  }
  return readings;
}

export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
  readonly count: number;
}

/** Median (mean of the middle two for an even count) and range of at least one value. */
export function spreadOf(values: readonly number[]): Spread {
  if (values.length === 0) throw new Error('no values to summarise');
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const median = sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  return { median, min: sorted[0], max: sorted[sorted.length - 1], count: sorted.length };
}

/** Amount per CPU-second of each reading. */
export function cpuRates(readings: readonly Reading[]): Spread {
  return spreadOf(readings.map((reading) => reading.amount / reading.cpuSeconds));
}

/** Waits until `pid` spends less than 5 % of a core over 400 ms, so that its work in the background is done. */
export async function quiet(pid: number, timeoutMs = 10_000): Promise<void> {
  const endMs = performance.now() + timeoutMs;
  while (performance.now() < endMs) {
    const before = processCpuSeconds(pid);
    await sleep(400);
    if (processCpuSeconds(pid) - before <= 0.02) return;
  }
}

/** What the figures were measured on, for the record. */
export function machine(): { node: string; cpu: string; cores: number; platform: string } {
  const all = cpus();
  return {
    node: process.version,
    cpu: all[0]?.model ?? 'unknown',
    cores: all.length,
    platform: `${process.platform} ${process.arch}`,
  };
}
