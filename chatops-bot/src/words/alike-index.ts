import { alikeness, conceptOf, unnumbered } from './tokens.ts';

/** A stem that is like the one asked for. */
export interface Alike {
  readonly stem: string;
  /** As `alikeness` has it, over 0. */
  readonly quality: number;
}

/** A slip of the pen leaves the first two or the last two letters as they are in words of five letters and more. */
const SLIP_LENGTH_MIN = 4;

/**
 * Finds the stems that are like a word among very many, without comparing it with each: those for the same thing by its
 * concept, numbered ones by what is before the number, slips of the pen by how words begin and end. Finds just those of which
 * `alikeness` is over 0.
 */
export class AlikeIndex {
  readonly #stems = new Set<string>();
  readonly #byConcept = new Map<string, string[]>();
  readonly #byBase = new Map<string, string[]>();
  readonly #byEnd = new Map<string, string[]>();

  add(stem: string): void {
    if (this.#stems.has(stem)) return;
    this.#stems.add(stem);
    const base = unnumbered(stem);
    // Numbers are like nothing but themselves.
    if (base === '') return;
    const concept = conceptOf(stem);
    if (concept !== stem) put(this.#byConcept, concept, stem);
    if (base !== stem) put(this.#byBase, base, stem);
    if (stem.length >= SLIP_LENGTH_MIN) for (const end of endsOf(stem)) put(this.#byEnd, end, stem);
  }

  find(stem: string): readonly Alike[] {
    const near = new Set([stem, conceptOf(stem), unnumbered(stem)].filter((each) => this.#stems.has(each)));
    for (const each of this.#byConcept.get(conceptOf(stem)) ?? []) near.add(each);
    for (const each of this.#byBase.get(stem) ?? []) near.add(each);
    for (const end of endsOf(stem)) for (const each of this.#byEnd.get(end) ?? []) near.add(each);
    const found: Alike[] = [];
    for (const each of near) {
      const quality = alikeness(each, stem);
      if (quality > 0) found.push({ stem: each, quality });
    }
    return found;
  }
}

function endsOf(stem: string): string[] {
  return [`${stem.slice(0, 2)}-`, `-${stem.slice(-2)}`];
}

function put(map: Map<string, string[]>, key: string, stem: string): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [stem]);
  else list.push(stem);
}
