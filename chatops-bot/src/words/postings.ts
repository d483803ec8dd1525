import { AlikeIndex } from './alike-index.ts';

/** A label, taken apart for comparing. */
export interface IndexedLabel {
  readonly name: string;
  /** Its stem. */
  readonly whole: string;
  /** Stems of what its name says. */
  readonly parts: readonly string[];
}

/** Which metrics have a word in a certain place. */
export class Postings {
  readonly #ids = new Map<string, number[]>();
  readonly #alike = new AlikeIndex();

  /** Ids come rising. */
  add(stem: string, id: number): void {
    const ids = this.#ids.get(stem);
    if (ids === undefined) {
      this.#ids.set(stem, [id]);
      this.#alike.add(stem);
    } else if (ids.at(-1) !== id) ids.push(id);
  }

  of(stem: string): readonly number[] {
    return this.#ids.get(stem) ?? [];
  }

  /** Calls `take` for each metric with a word like this one; more than once for one that has several. */
  alike(stem: string, take: (id: number, quality: number) => void): void {
    for (const each of this.#alike.find(stem)) {
      for (const id of this.of(each.stem)) take(id, each.quality);
    }
  }
}

/** What the parts of labels are called, and which sets of labels have them: very many metrics share few of those. */
export class LabelPostings {
  readonly #sets = new Map<string, number>();
  readonly #ofLabel = new Map<string, number[]>();
  readonly #byPart = new Map<string, string[]>();
  readonly #byWhole = new Map<string, string[]>();
  readonly #alike = new AlikeIndex();

  /** How many different sets there are. */
  get setCount(): number {
    return this.#sets.size;
  }

  /** The set's number. */
  add(labels: readonly IndexedLabel[]): number {
    const key = labels.map(({ name }) => name).join('\0');
    const known = this.#sets.get(key);
    if (known !== undefined) return known;
    const set = this.#sets.size;
    this.#sets.set(key, set);
    for (const label of labels) {
      const sets = this.#ofLabel.get(label.name);
      if (sets === undefined) this.#addLabel(label, set);
      else sets.push(set);
    }
    return set;
  }

  #addLabel({ name, whole, parts }: IndexedLabel, set: number): void {
    this.#ofLabel.set(name, [set]);
    for (const part of new Set(parts)) {
      put(this.#byPart, part, name);
      this.#alike.add(part);
    }
    for (const each of new Set([whole, name])) put(this.#byWhole, each, name);
  }

  /** Numbers of the sets that have it. */
  setsWith(label: string): readonly number[] {
    return this.#ofLabel.get(label) ?? [];
  }

  /** Labels of which a part is like the word. */
  withPartLike(stem: string): Set<string> {
    const labels = new Set<string>();
    for (const each of this.#alike.find(stem)) {
      for (const label of this.#byPart.get(each.stem) ?? []) labels.add(label);
    }
    return labels;
  }

  /** Labels that several words together are: `host name` for `hostname`. */
  calledWhole(stems: readonly string[]): Set<string> {
    return new Set([
      ...(this.#byWhole.get(stems.join('')) ?? []),
      ...(this.#byWhole.get(stems.join('_')) ?? []),
    ]);
  }
}

function put(map: Map<string, string[]>, key: string, value: string): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}
