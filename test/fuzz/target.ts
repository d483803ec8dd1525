import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/**
 * One parser or decoder under attack. `run` is handed arbitrary bytes and may answer with any documented
 * result, faults included; it must not throw, hang, or keep memory.
 */
export interface FuzzTarget {
  readonly name: string;
  run(bytes: Uint8Array): void;
  /** Settles when what the last `run` began has ended, where that takes turns of the event loop; rejects as `run` throws. */
  settled?(): Promise<void>;
  /** Valid inputs to start from: the better they cover the format, the deeper the mutations get. */
  seeds(): readonly Uint8Array[];
}

export const fuzzFolder = dirname(fileURLToPath(import.meta.url));

/** Paths of all targets of the repository, sorted. */
export function targetFiles(): string[] {
  return readdirSync(fuzzFolder)
    .filter((file) => file.endsWith('.fuzz.ts'))
    .sort()
    .map((file) => join(fuzzFolder, file));
}

/** A target module exports `name`, `run` and `seeds` themselves, or one object that has them. */
export async function loadTarget(path: string): Promise<FuzzTarget> {
  const module: Record<string, unknown> = await import(pathToFileURL(path).href);
  const found = [module, ...Object.values(module)].find(isTarget);
  if (found === undefined) throw new Error(`${path} exports no { name, run(bytes), seeds() }`);
  return found;
}

function isTarget(value: unknown): value is FuzzTarget {
  if (typeof value !== 'object' || value === null) return false;
  const candidate = value as Partial<Record<keyof FuzzTarget, unknown>>;
  return (
    typeof candidate.name === 'string' &&
    typeof candidate.run === 'function' &&
    typeof candidate.seeds === 'function'
  );
}
