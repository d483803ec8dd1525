import { valuePhrase } from './label-match.ts';
import type { Modifiers } from './modifiers.ts';
import type { Word } from './tokens.ts';
import type { ValueMatch, VocabularyIndex } from './vocabulary.ts';

/** A question, and the vocabulary that it is asked of: what does not depend on the metric is looked up once. */
export class Question {
  readonly modifiers: Modifiers;
  readonly index: VocabularyIndex;
  readonly #found = new Map<number, readonly ValueMatch[]>();

  constructor(modifiers: Modifiers, index: VocabularyIndex) {
    this.modifiers = modifiers;
    this.index = index;
  }

  /** Of so many words from this place on; undefined: something other than a word is among them. */
  words(from: number, size: number): readonly Word[] | undefined {
    const words: Word[] = [];
    for (let at = from; at < from + size; at++) {
      const item = this.modifiers.items[at];
      if (item?.kind !== 'word') return undefined;
      words.push(item.word);
    }
    return words;
  }

  /** Values that they can stand for. */
  matches(from: number, size: number): readonly ValueMatch[] {
    const key = from * 16 + size;
    const known = this.#found.get(key);
    if (known !== undefined) return known;
    const words = this.words(from, size);
    const found = words === undefined ? [] : this.index.valuesFor(valuePhrase(words));
    this.#found.set(key, found);
    return found;
  }
}
