import { createPrng } from '../../../otel-processor/src/base/index.ts';
import {
  createObservation,
  defaultProfile,
  detectorMethods,
} from '../../../otel-processor/src/detect/index.ts';
import { ownCpuSeconds } from '../harness.ts';
import { printTable, publish, single } from '../report.ts';
import { cleanSignals } from './clean-signals.ts';
import { byMethod, trivialWays } from './detect-all.ts';

/** Alerts on signals in which nothing happens, and what a signal costs when there are many. */
const WEEKS = 8;
const SEEDS = [1, 2, 3];
const MINUTE_MS = 60_000;
const SIGNALS = 20_000;
const ROUNDS = 100;

function falseAlarms(): number {
  const ways = [
    ...trivialWays.slice(1),
    ...detectorMethods.toReversed().map((method) => [method.name, byMethod(method)] as const),
  ];
  const kinds = cleanSignals(SEEDS[0], 1, MINUTE_MS).map(({ kind }) => kind);
  const counts = ways.map(([, way]) => {
    const byKind = new Map<string, number>();
    for (const seed of SEEDS) {
      for (const { kind, timestampsMs, values } of cleanSignals(seed, WEEKS, MINUTE_MS)) {
        byKind.set(kind, (byKind.get(kind) ?? 0) + way(timestampsMs, values, MINUTE_MS).alerts);
      }
    }
    return byKind;
  });
  const perWeek = (count: number): number => count / WEEKS / SEEDS.length;
  const all = counts.map(
    (byKind) => perWeek([...byKind.values()].reduce((sum, count) => sum + count, 0)) / kinds.length,
  );
  printTable(
    `alerts a week on ${kinds.length} clean signals of ${WEEKS} weeks of minutes, ${SEEDS.length} seeds`,
    ['', ...ways.map(([name]) => name)],
    [
      ...kinds.map((kind) => [kind, ...counts.map((byKind) => perWeek(byKind.get(kind) ?? 0).toFixed(2))]),
      ['all', ...all.map((value) => value.toFixed(3))],
    ],
  );
  return all[all.length - 1];
}

/** What is in use when everything that can be freed has been. */
async function settledBytes(): Promise<number> {
  for (let i = 0; i < 4; i++) {
    globalThis.gc?.();
    await new Promise((resolve) => setImmediate(resolve));
  }
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/** Many signals, step by step: none of them is in the cache when its turn comes. */
async function costOfMany(): Promise<{ cpuUs: number; memoryBytes: number }> {
  const [method] = detectorMethods;
  const profile = { ...defaultProfile, stepMs: 10_000 };
  const before = await settledBytes();
  const detectors = Array.from({ length: SIGNALS }, () => method.create(profile));
  const after = await settledBytes();
  const observation = createObservation();
  const prng = createPrng(1);
  const values = Float64Array.from({ length: 4096 }, () => 100 + prng.normal());
  const step = (round: number): void => {
    for (let k = 0; k < SIGNALS; k++) {
      detectors[k].observe(round * 10_000, values[(k * 31 + round) & 4095], observation);
    }
  };
  for (let round = 0; round < ROUNDS; round++) step(round);
  const start = ownCpuSeconds();
  for (let round = ROUNDS; round < 2 * ROUNDS; round++) step(round);
  return {
    cpuUs: (1e6 * (ownCpuSeconds() - start)) / (ROUNDS * SIGNALS),
    memoryBytes: (after - before) / SIGNALS,
  };
}

const { cpuUs, memoryBytes } = await costOfMany();
const perWeek = falseAlarms();
publish('false-alarms', [
  single('false-alarms/per-week', 'alerts on clean signals', 'a week', perWeek),
  single('detector/cpu', `one observation of ${SIGNALS} signals in turn`, 'us CPU', cpuUs),
  single('detector/memory', 'one signal', 'bytes', memoryBytes),
]);
