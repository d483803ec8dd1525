import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { NabFile } from './nab-score.ts';

/** The files of a folder with `windows.json` and `data/`. */
export function readNab(folder: string): NabFile[] {
  const windows: Record<string, [string, string][]> = JSON.parse(
    readFileSync(join(folder, 'windows.json'), 'utf8'),
  );
  return Object.keys(windows)
    .sort()
    .map((name) => {
      const lines = readFileSync(join(folder, 'data', name), 'utf8')
        .trim()
        .split(/\r?\n/)
        .slice(1);
      const times = lines.map((line) => line.slice(0, 19));
      return {
        name,
        times,
        timestampsMs: Float64Array.from(times, (time) => Date.parse(`${time.replace(' ', 'T')}Z`)),
        values: Float64Array.from(lines, (line) => Number(line.split(',')[1])),
        windows: windows[name].map(([start, end]) => [start.slice(0, 19), end.slice(0, 19)] as const),
      };
    });
}

/** Folders of `data/`, for a table. */
export function groupOf({ name }: NabFile): string {
  return name.split('/')[0];
}
