import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { parentPort, workerData } from 'node:worker_threads';
import { createPrng } from '../../otel-processor/src/base/index.ts';
import { type FuzzFailure, SHARED_HEAD_BYTES, type WorkerOrder } from './fuzz.ts';
import { mutate } from './mutate.ts';
import { type FuzzTarget, loadTarget } from './target.ts';

/**
 * The attacked side, in a thread of its own so that an endless loop can be ended from outside. The input at
 * work lies in shared memory, where the watchdog finds it after the fact.
 */

/** An input that takes longer than this, twice in a row, is a failure. */
const SLOW_MS = 1000;
/** Memory that a target may hold on to after all its inputs, caches included. */
const GROWTH_BYTES_MAX = 96 * 1024 * 1024;
const DISTINCT_FAILURES_MAX = 10;

setFlagsFromString('--expose_gc');
const collectGarbage = runInNewContext('gc') as () => void;

function heldBytes(): number {
  collectGarbage();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/** Undefined when the input is digested well. */
async function judge(target: FuzzTarget, bytes: Uint8Array): Promise<Omit<FuzzFailure, 'bytes'> | undefined> {
  const before = performance.now();
  try {
    target.run(bytes);
    if (target.settled !== undefined) await target.settled();
  } catch (error) {
    const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { kind: 'throw', message: stack.split('\n').slice(0, 6).join('\n') };
  }
  const wallMs = performance.now() - before;
  return wallMs > SLOW_MS ? { kind: 'slow', message: `took ${Math.round(wallMs)} ms` } : undefined;
}

/** Two failures with the same signature are taken for one. */
function signature(failure: Omit<FuzzFailure, 'bytes'>): string {
  return failure.kind === 'slow' ? 'slow' : failure.message.split('\n').slice(1, 3).join('\n');
}

/** Cuts pieces out as long as the failure stays the same. */
async function shrink(target: FuzzTarget, bytes: Uint8Array, wanted: string): Promise<Uint8Array> {
  let best = bytes;
  let attempts = 0;
  for (let size = best.length >> 1; size >= 1 && attempts < 2000; size >>= 1) {
    for (let at = 0; at + size <= best.length && attempts < 2000; attempts++) {
      const shorter = new Uint8Array(best.length - size);
      shorter.set(best.subarray(0, at));
      shorter.set(best.subarray(at + size), at);
      const failure = await judge(target, shorter);
      if (failure?.kind === 'throw' && signature(failure) === wanted) best = shorter;
      else at += size;
    }
  }
  return best;
}

async function work(order: WorkerOrder): Promise<void> {
  const shared = new Uint8Array(order.shared);
  const head = new Int32Array(order.shared, 0, SHARED_HEAD_BYTES / 4);
  const target = await loadTarget(order.path);
  const prng = createPrng(order.seed);
  const pool = target.seeds();
  const failures = new Map<string, FuzzFailure>();
  let inputs = 0;
  const attempt = async (bytes: Uint8Array): Promise<void> => {
    shared.set(bytes, SHARED_HEAD_BYTES);
    Atomics.store(head, 1, bytes.length);
    Atomics.add(head, 0, 1);
    inputs += 1;
    let failure = await judge(target, bytes);
    // A slow answer may be a busy machine's: only the second one in a row counts.
    if (failure?.kind === 'slow') failure = await judge(target, bytes);
    if (failure === undefined || failures.has(signature(failure))) return;
    const shortest = failure.kind === 'throw' ? await shrink(target, bytes, signature(failure)) : bytes;
    failures.set(signature(failure), { ...failure, bytes: shortest });
  };
  for (const seed of pool) await attempt(seed);
  const endMs = performance.now() + order.seconds * 1000;
  // Warm caches are not growth: the base line is taken after a fifth of the time.
  const baseMs = performance.now() + order.seconds * 200;
  let baseBytes: number | undefined;
  while (performance.now() < endMs && failures.size < DISTINCT_FAILURES_MAX) {
    for (let i = 0; i < 20 && !failures.has('slow'); i++) await attempt(mutate(pool, prng));
    if (failures.has('slow')) break;
    if (baseBytes === undefined && performance.now() >= baseMs) baseBytes = heldBytes();
  }
  const grownBytes = baseBytes === undefined ? 0 : heldBytes() - baseBytes;
  if (grownBytes > GROWTH_BYTES_MAX) {
    const message = `holds ${Math.round(grownBytes / 1e6)} MB more after ${inputs} inputs`;
    failures.set('memory', { kind: 'memory', message, bytes: new Uint8Array(0) });
  }
  parentPort!.postMessage({ name: target.name, inputs, failures: [...failures.values()] });
}

await work(workerData as WorkerOrder);
