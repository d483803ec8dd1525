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

/**
 * Translates attributes to labels. Of equal keys the last wins; different keys with the same label name are
 * joined with `;` in the order of the keys. Calls `onUnnameable` for keys of which nothing is left.
 */
export function translateAttributes(
  strategy: NameStrategy,
  attributes: readonly Attribute[],
  onUnnameable: (key: string) => void,
): Map<string, string> {
  const byKey = new Map<string, string>(attributes);
  const labels = new Map<string, string>();
  let collided = false;
  for (const [key, value] of byKey) {
    const name = labelName(strategy, key);
    if (name === '') onUnnameable(key);
    else if (labels.has(name)) collided = true;
    else labels.set(name, value);
  }
  return collided ? joined(strategy, byKey) : labels;
}

function joined(strategy: NameStrategy, byKey: ReadonlyMap<string, string>): Map<string, string> {
  const labels = new Map<string, string>();
  for (const key of [...byKey.keys()].sort()) {
    const name = labelName(strategy, key);
    if (name === '') continue;
    const before = labels.get(name);
    const value = byKey.get(key)!;
    labels.set(name, before === undefined ? value : `${before};${value}`);
  }
  return labels;
}
