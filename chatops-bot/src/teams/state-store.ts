import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Logger } from '../base/index.ts';

const ENTRIES_MAX = 10_000;

type Kind = 'chats' | 'users' | 'threads' | 'deliveries';
const kinds: readonly Kind[] = ['chats', 'users', 'threads', 'deliveries'];

/**
 * What Teams tells once and cannot be asked for later: the chat with a person, who has which address, which message is an
 * alert's card. Each kind keeps its newest entries. The file is written whole and put in place by renaming.
 */
export class StateStore {
  readonly #path: string;
  readonly #logger: Logger;
  readonly #entries: Record<Kind, Map<string, string>> = {
    chats: new Map(),
    users: new Map(),
    threads: new Map(),
    deliveries: new Map(),
  };

  /** `path` empty: nothing is kept over restarts. */
  constructor(path: string, logger: Logger) {
    this.#path = path;
    this.#logger = logger;
    this.#read();
  }

  get(kind: Kind, key: string): string | undefined {
    return this.#entries[kind].get(key);
  }

  set(kind: Kind, key: string, value: string): void {
    const entries = this.#entries[kind];
    if (entries.get(key) === value) return;
    entries.delete(key);
    entries.set(key, value);
    if (entries.size > ENTRIES_MAX) {
      for (const oldest of entries.keys()) {
        entries.delete(oldest);
        break;
      }
    }
    this.#write();
  }

  #read(): void {
    if (this.#path === '') return;
    let text: string;
    try {
      text = readFileSync(this.#path, 'utf8');
    } catch (error) {
      if ((error as { code?: unknown }).code !== 'ENOENT')
        this.#logger.warn('the Teams state cannot be read', { error: String(error) });
      return;
    }
    try {
      const stored = JSON.parse(text) as Partial<Record<Kind, Record<string, string>>>;
      for (const kind of kinds) {
        for (const [key, value] of Object.entries(stored[kind] ?? {}))
          this.#entries[kind].set(key, String(value));
      }
    } catch (error) {
      // It is learnt anew: chats by asking, threads with the next card.
      this.#logger.warn('the Teams state is damaged and begun anew', {
        path: this.#path,
        error: String(error),
      });
    }
  }

  #write(): void {
    if (this.#path === '') return;
    try {
      const all = Object.fromEntries(kinds.map((kind) => [kind, Object.fromEntries(this.#entries[kind])]));
      mkdirSync(dirname(this.#path), { recursive: true });
      writeFileSync(`${this.#path}.new`, JSON.stringify(all), { mode: 0o600 });
      renameSync(`${this.#path}.new`, this.#path);
    } catch (error) {
      this.#logger.warn('the Teams state cannot be written', { path: this.#path, error: String(error) });
    }
  }
}
