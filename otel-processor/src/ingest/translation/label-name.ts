import type { NameStrategy } from './metric-name.ts';

/** An attribute before translation: key and value as text. */
export type Attribute = readonly [key: string, value: string];

/**
 * The Prometheus label name of an attribute key; empty when nothing of it is left. Characters outside
 * [a-zA-Z0-9_] and runs of underscores become one underscore; a leading digit gets `key_` before it.
 * Reserved names (`__name__`) keep their underscores.
 */
export function labelName(strategy: NameStrategy, key: string): string {
  if (!strategy.escape) return key;
  const reserved = /^__(.*[a-zA-Z0-9].*)__$/s.exec(key);
  if (reserved !== null) return `__${collapse(reserved[1])}__`;
  const name = collapse(key);
  if (name === '_') return '';
  return /^[0-9]/.test(name) ? `key_${name}` : name;
}

function collapse(text: string): string {
  return text.replace(/[^a-zA-Z0-9]+/g, '_');
}

/** Names are few and come again and again: remembers up to this many translations. */
const MEMO_MAX = 10_000;

/** `labelName` of one strategy, remembered. */
export class LabelNamer {
  readonly #strategy: NameStrategy;
  readonly #memo = new Map<string, string>();

  constructor(strategy: NameStrategy) {
    this.#strategy = strategy;
  }

  name(key: string): string {
    const known = this.#memo.get(key);
    if (known !== undefined) return known;
    const name = labelName(this.#strategy, key);
    if (this.#memo.size >= MEMO_MAX) this.#memo.clear();
    if (key.length <= 256) this.#memo.set(key, name);
    return name;
  }

  /**
   * Translates attributes to labels. Of equal keys the last wins; different keys with the same label name are
   * joined with `;` in the order of the keys. Calls `onUnnameable` for keys of which nothing is left.
   */
  translate(attributes: readonly Attribute[], onUnnameable: (key: string) => void): Map<string, string> {
    const labels = new Map<string, string>();
    for (let i = 0; i < attributes.length; i++) {
      const [key, value] = attributes[i];
      const name = this.name(key);
      if (name === '') onUnnameable(key);
      else if (labels.has(name)) return this.#joined(new Map(attributes));
      else labels.set(name, value);
    }
    return labels;
  }

  #joined(byKey: ReadonlyMap<string, string>): Map<string, string> {
    const labels = new Map<string, string>();
    for (const key of [...byKey.keys()].sort()) {
      const name = this.name(key);
      if (name === '') continue;
      const before = labels.get(name);
      const value = byKey.get(key)!;
      labels.set(name, before === undefined ? value : `${before};${value}`);
    }
    return labels;
  }
}
