import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const alive = new Set<string>();

process.once('exit', () => {
  for (const path of alive) rmSync(path, { recursive: true, force: true });
});

export interface TempDir {
  readonly path: string;
  remove(): void;
}

/** A folder of its own for one test; removed by `remove`, or when the process ends. */
export function createTempDir(purpose = 'test'): TempDir {
  const path = mkdtempSync(join(tmpdir(), `statbar-${purpose}-`));
  alive.add(path);
  return {
    path,
    remove() {
      alive.delete(path);
      rmSync(path, { recursive: true, force: true });
    },
  };
}
