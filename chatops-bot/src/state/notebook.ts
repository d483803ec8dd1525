import { closeSync, mkdirSync, openSync, readFileSync, renameSync, writeFileSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Logger } from '../base/index.ts';

/** Lines of which nothing is left any more, beyond as many as there are entries: then the file is written anew. */
const WASTE_MAX = 1000;

/**
 * Short texts by kind and key that outlive the process: what a platform tells once and cannot be asked for later, and which
 * events were handled. Each kind keeps its newest entries. A file of lines, one written for each entry, so that it costs the
 * same however much there is; written whole, and put in place by renaming, when most of it is out of date. A line that was
 * cut off by a crash is left out. What is written survives the process, not a loss of power.
 */
export class Notebook<Kind extends string> {
  readonly #path: string;
  readonly #countMax: Readonly<Record<Kind, number>>;
  readonly #logger: Logger;
  readonly #entries: Map<Kind, Map<string, string>>;
  #file: number | undefined;
  #lines = 0;
  #broken = false;

  /** `path` empty: nothing is kept over restarts. `countMax`: of each kind. */
  constructor(path: string, countMax: Readonly<Record<Kind, number>>, logger: Logger) {
    this.#path = path;
    this.#countMax = countMax;
    this.#logger = logger;
    this.#entries = new Map((Object.keys(countMax) as Kind[]).map((kind) => [kind, new Map()]));
    if (path !== '') this.#open();
  }

  get(kind: Kind, key: string): string | undefined {
    return this.#entries.get(kind)?.get(key);
  }

  set(kind: Kind, key: string, value: string): void {
    if (this.get(kind, key) === value) return;
    this.#put(kind, key, value);
    if (this.#file === undefined) return;
    try {
      writeSync(this.#file, lineOf(kind, key, value));
      this.#lines += 1;
      if (this.#lines > 2 * this.#size() + WASTE_MAX) this.#rewrite();
    } catch (error) {
      this.#giveUp(error);
    }
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }

  #put(kind: Kind, key: string, value: string): void {
    const entries = this.#entries.get(kind);
    if (entries === undefined) return;
    entries.delete(key);
    entries.set(key, value);
    if (entries.size <= this.#countMax[kind]) return;
    for (const oldest of entries.keys()) {
      entries.delete(oldest);
      return;
    }
  }

  #size(): number {
    let size = 0;
    for (const entries of this.#entries.values()) size += entries.size;
    return size;
  }

  #open(): void {
    try {
      mkdirSync(dirname(this.#path), { recursive: true });
      this.#read();
      // What was cut off, and what is out of date, goes.
      this.#rewrite();
    } catch (error) {
      this.#giveUp(error);
    }
  }

  #read(): void {
    let text: string;
    try {
      text = readFileSync(this.#path, 'utf8');
    } catch (error) {
      if ((error as { code?: unknown }).code === 'ENOENT') return;
      throw error;
    }
    let damaged = 0;
    for (const line of text.split('\n')) {
      if (line === '') continue;
      const entry = readLine(line);
      if (entry === undefined) damaged += 1;
      else this.#put(entry[0] as Kind, entry[1], entry[2]);
    }
    if (damaged > 0)
      this.#logger.warn('lines that cannot be read are left out', { path: this.#path, damaged });
  }

  #rewrite(): void {
    const lines: string[] = [];
    for (const [kind, entries] of this.#entries) {
      for (const [key, value] of entries) lines.push(lineOf(kind, key, value));
    }
    writeFileSync(`${this.#path}.new`, lines.join(''), { mode: 0o600 });
    renameSync(`${this.#path}.new`, this.#path);
    this.close();
    this.#file = openSync(this.#path, 'a', 0o600);
    this.#lines = lines.length;
  }

  /** Without a file it goes on in memory; said once, not with each entry. */
  #giveUp(error: unknown): void {
    this.close();
    if (this.#broken) return;
    this.#broken = true;
    this.#logger.error('what the bot remembers cannot be kept over restarts', {
      path: this.#path,
      error: String(error),
    });
  }
}

function lineOf(kind: string, key: string, value: string): string {
  return `${JSON.stringify([kind, key, value])}\n`;
}

function readLine(line: string): readonly [string, string, string] | undefined {
  try {
    const parts: unknown = JSON.parse(line);
    if (!Array.isArray(parts) || parts.length !== 3) return undefined;
    return parts.every((part) => typeof part === 'string') ? (parts as [string, string, string]) : undefined;
  } catch {
    return undefined;
  }
}
