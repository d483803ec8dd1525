/** One label: name, value. */
export type Label = readonly [name: string, value: string];

export const METRIC_NAME = '__name__';

/**
 * An immutable set of labels, sorted by name (by UTF-16 code unit), names distinct, no empty value.
 * Stored flat, `[name, value, name, value, ...]`: one array per set, not one object per label.
 */
export class LabelSet {
  readonly pairs: readonly string[];
  #key: string | undefined;

  private constructor(pairs: readonly string[]) {
    this.pairs = pairs;
  }

  static readonly empty: LabelSet = new LabelSet([]);

  /** Sorts; drops empty values (an empty label is an absent label); the last of equal names wins. */
  static of(labels: Iterable<Label>): LabelSet {
    const byName = new Map<string, string>();
    for (const [name, value] of labels) byName.set(name, value);
    const names = [...byName.keys()].sort();
    const pairs: string[] = [];
    for (const name of names) {
      const value = byName.get(name)!;
      if (value !== '') pairs.push(name, value);
    }
    return new LabelSet(pairs);
  }

  static from(record: Readonly<Record<string, string>>): LabelSet {
    return LabelSet.of(Object.entries(record));
  }

  /** Trusts the caller: `pairs` is sorted by name, distinct, without empty values, and not changed later. */
  static fromSortedPairs(pairs: readonly string[]): LabelSet {
    return new LabelSet(pairs);
  }

  /** Number of labels. */
  get size(): number {
    return this.pairs.length / 2;
  }

  get metricName(): string | undefined {
    return this.get(METRIC_NAME);
  }

  get(name: string): string | undefined {
    const { pairs } = this;
    for (let i = 0; i < pairs.length; i += 2) if (pairs[i] === name) return pairs[i + 1];
    return undefined;
  }

  has(name: string): boolean {
    return this.get(name) !== undefined;
  }

  /** Equal sets have equal keys and no others do. */
  get key(): string {
    this.#key ??= this.pairs.map((part) => `${part.length}:${part}`).join('');
    return this.#key;
  }

  equals(other: LabelSet): boolean {
    const a = this.pairs;
    const b = other.pairs;
    if (a === b) return true;
    if (a.length !== b.length) return false;
    for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
    return true;
  }

  /** Order of Prometheus: label by label, name before value, the shorter first. */
  compare(other: LabelSet): number {
    const a = this.pairs;
    const b = other.pairs;
    const length = Math.min(a.length, b.length);
    for (let i = 0; i < length; i++) {
      if (a[i] !== b[i]) return a[i] < b[i] ? -1 : 1;
    }
    return a.length - b.length;
  }

  with(name: string, value: string): LabelSet {
    return LabelSet.of([...this, [name, value]]);
  }

  without(names: ReadonlySet<string>): LabelSet {
    return this.#keep((name) => !names.has(name));
  }

  only(names: ReadonlySet<string>): LabelSet {
    return this.#keep((name) => names.has(name));
  }

  #keep(wanted: (name: string) => boolean): LabelSet {
    const pairs: string[] = [];
    for (let i = 0; i < this.pairs.length; i += 2) {
      if (wanted(this.pairs[i])) pairs.push(this.pairs[i], this.pairs[i + 1]);
    }
    return pairs.length === this.pairs.length ? this : new LabelSet(pairs);
  }

  *[Symbol.iterator](): IterableIterator<Label> {
    for (let i = 0; i < this.pairs.length; i += 2) yield [this.pairs[i], this.pairs[i + 1]];
  }

  toRecord(): Record<string, string> {
    return Object.fromEntries(this);
  }

  /** PromQL's notation: `name{a="b", "odd name"="c"}`. */
  toString(): string {
    const name = this.metricName;
    const plain = name !== undefined && /^[a-zA-Z_:][a-zA-Z0-9_:]*$/.test(name);
    const parts: string[] = [];
    if (name !== undefined && !plain) parts.push(quote(name));
    for (const [labelName, value] of this) {
      if (labelName === METRIC_NAME) continue;
      const printed = /^[a-zA-Z_][a-zA-Z0-9_]*$/.test(labelName) ? labelName : quote(labelName);
      parts.push(`${printed}=${quote(value)}`);
    }
    const head = plain ? name : '';
    return parts.length === 0 && plain ? head : `${head}{${parts.join(', ')}}`;
  }
}

function quote(text: string): string {
  return JSON.stringify(text);
}
