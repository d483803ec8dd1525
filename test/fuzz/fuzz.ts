import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { INPUT_BYTES_MAX } from './mutate.ts';

export interface FuzzFailure {
  readonly kind: 'throw' | 'slow' | 'hang' | 'memory';
  readonly message: string;
  /** The input, shortened where possible; empty when no single input is to blame. */
  readonly bytes: Uint8Array;
}

export interface FuzzReport {
  readonly name: string;
  readonly inputs: number;
  readonly failures: readonly FuzzFailure[];
}

export interface FuzzOptions {
  readonly seconds: number;
  readonly seed: number;
  /** No progress for this long means that the input hangs. */
  readonly hangMs?: number;
}

/** What the worker is told. */
export interface WorkerOrder {
  readonly path: string;
  readonly seconds: number;
  readonly seed: number;
  /** int32 number of inputs begun, int32 length of the input at work, then its bytes. */
  readonly shared: SharedArrayBuffer;
}

export const SHARED_HEAD_BYTES = 8;
const SEED_BYTES_MAX = 4 * 1024 * 1024;

/** Attacks the target of the module at `path`. Fails only when the target's module itself is broken. */
export async function fuzz(path: string, options: FuzzOptions): Promise<FuzzReport> {
  const shared = new SharedArrayBuffer(SHARED_HEAD_BYTES + Math.max(INPUT_BYTES_MAX, SEED_BYTES_MAX));
  const head = new Int32Array(shared, 0, 2);
  const order: WorkerOrder = { path, seconds: options.seconds, seed: options.seed, shared };
  const worker = new Worker(new URL('./worker.ts', import.meta.url), {
    workerData: order,
    resourceLimits: { maxOldGenerationSizeMb: 1024 },
  });
  const hangMs = options.hangMs ?? 10_000;
  const inputAtWork = (): Uint8Array => new Uint8Array(shared, SHARED_HEAD_BYTES, head[1]).slice();
  return new Promise((resolve, reject) => {
    let seen = -1;
    let seenAtMs = performance.now();
    const finish = (report: FuzzReport): void => {
      clearInterval(watchdog);
      void worker.terminate().then(() => resolve(report));
    };
    const blame = (kind: FuzzFailure['kind'], message: string): void =>
      finish({
        name: path,
        inputs: Atomics.load(head, 0),
        failures: [{ kind, message, bytes: inputAtWork() }],
      });
    const watchdog = setInterval(() => {
      const begun = Atomics.load(head, 0);
      if (begun !== seen) {
        seen = begun;
        seenAtMs = performance.now();
      } else if (begun > 0 && performance.now() - seenAtMs > hangMs) {
        blame('hang', `no answer after ${Math.round(performance.now() - seenAtMs)} ms`);
      }
    }, 100);
    worker.on('message', finish);
    worker.on('error', (error: Error & { code?: string }) => {
      if (error.code === 'ERR_WORKER_OUT_OF_MEMORY') return blame('memory', 'ran out of memory');
      clearInterval(watchdog);
      reject(error);
    });
  });
}

/** Keeps the input as a file of the corpus, so that it is tried again for ever; returns its path. */
export function keep(corpus: string, name: string, bytes: Uint8Array): string {
  const folder = join(corpus, name);
  mkdirSync(folder, { recursive: true });
  const path = join(folder, createHash('sha256').update(bytes).digest('hex').slice(0, 16));
  writeFileSync(path, bytes);
  return path;
}

/** The inputs that once broke `name`. */
export function corpusOf(corpus: string, name: string): { path: string; bytes: Uint8Array }[] {
  const folder = join(corpus, name);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .sort()
    .map((file) => ({ path: join(folder, file), bytes: new Uint8Array(readFileSync(join(folder, file))) }));
}
