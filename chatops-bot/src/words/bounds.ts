import { type Item, isFiller, type Modifiers } from './modifiers.ts';
import type { Question } from './question.ts';
import { alikeness, partsOf, stemOf, type Word } from './tokens.ts';
import { GAUGE, HISTOGRAM, type VocabularyIndex } from './vocabulary.ts';

/*
 * How well each metric can fit to a question at most, from postings alone: the parts of a reading's score (read-metric.ts),
 * each as if the word was free for it. What has a low bound need not be read.
 */

/** At most, for one word. A change of a score in read-metric.ts belongs here, too. */
const points = {
  exactName: 10,
  label: 1.5,
  /** Of a label that is there for another reason. */
  touchedLabel: 0.5,
  help: 0.8,
  value: 0.8,
  valueQuality: 0.7,
  code: 1.5,
  unit: 0.6,
  unknownWord: 0.7,
  knownWord: 1.5,
  unmentioned: 0.4,
  matcher: 1.5,
  noMatcher: 3,
} as const;
/** More than what adding up in single precision loses. */
const ROUNDING = 1e-4;
const ALL = 255;
const PHRASE_LENGTH_MAX = 4;
const LABEL_LENGTH_MAX = 3;

/** By the metric's place in `index.metrics`. */
export function scoreBounds(question: Question): Float32Array {
  return new Bounds(question).all();
}

class Bounds {
  readonly #question: Question;
  readonly #modifiers: Modifiers;
  readonly #index: VocabularyIndex;
  readonly #items: readonly Item[];
  /** What names and descriptions add to what labels give. */
  readonly #extra: Float32Array;
  /** Words that can be a part of the name; `ALL`: it is named as it is. */
  readonly #named: Uint8Array;
  /** By set of labels: what labels and their values give. */
  readonly #base: Float32Array;
  /** The best for the word that is looked at: by set of labels, and by metric, for those that have any. */
  readonly #setWord: Float32Array;
  readonly #word: Float32Array;
  readonly #touched: Uint32Array;
  #touchedCount = 0;

  constructor(question: Question) {
    const { modifiers, index } = question;
    this.#question = question;
    this.#modifiers = modifiers;
    this.#index = index;
    this.#items = modifiers.items;
    const { length } = index.metrics;
    this.#extra = new Float32Array(length);
    this.#named = new Uint8Array(length);
    this.#word = new Float32Array(length);
    this.#touched = new Uint32Array(length);
    const { setCount } = index.search.labels;
    this.#base = new Float32Array(setCount);
    this.#setWord = new Float32Array(setCount);
  }

  all(): Float32Array {
    let penalties = 0;
    const values = this.#valuePoints();
    for (const [at, item] of this.#items.entries()) {
      if (item.kind === 'matcher') this.#matcher(item.label);
      if (item.kind !== 'word') continue;
      const penalty = this.#penalty(item.word, at);
      penalties += penalty;
      this.#takeWord(item.word, at, values);
      this.#addWord(penalty);
    }
    return this.#sum(penalties);
  }

  /** With what does not depend on single words. */
  #sum(penalties: number): Float32Array {
    const { nameCount, setOf, kinds } = this.#index.search;
    const { quantile, ratio } = this.#modifiers;
    const bounds = this.#extra;
    for (let id = 0; id < bounds.length; id++) {
      const named = this.#named[id];
      const unmentioned = named >= nameCount[id] ? 0 : nameCount[id] - named;
      let bound =
        ROUNDING + bounds[id] + this.#base[setOf[id]] - penalties - points.unmentioned * unmentioned;
      if (quantile !== null && kinds[id] !== HISTOGRAM) bound -= 3;
      if (ratio !== null && kinds[id] === GAUGE) bound -= 1.5;
      bounds[id] = bound;
    }
    return bounds;
  }

  /** What a word costs that nothing is made of. */
  #penalty(word: Word, at: number): number {
    // Behind `per` it may be what to divide by.
    const isDivisor = this.#items.slice(0, at).some(({ kind }) => kind === 'per');
    if (isFiller(word) || isDivisor) return 0;
    return this.#index.isKnown(word.stem) ? points.knownWord : points.unknownWord;
  }

  #takeWord(word: Word, at: number, values: ReadonlyMap<number, ReadonlyMap<string, number>>): void {
    const { search } = this.#index;
    const { stem } = word;
    const weight = 2 * (0.4 + 0.6 * this.#index.rarity(stem));
    search.names.alike(stem, (id, quality) => {
      // Once for the word, however many parts are like it.
      if (this.#word[id] === 0 && this.#named[id] < ALL) this.#named[id] += 1;
      this.#take(id, quality * weight);
    });
    search.units.alike(stem, (id) => this.#take(id, points.unit * weight));
    search.help.alike(stem, (id, quality) => {
      if (quality > 0.8) this.#take(id, points.help);
    });
    const id = search.idOf(word.text);
    if (id !== undefined) {
      this.#take(id, points.exactName);
      this.#named[id] = ALL;
    }
    for (const label of this.#labelsAt(at, stem)) this.#takeLabel(label, this.#labelPoints(at));
    for (const [label, most] of values.get(at) ?? []) this.#takeLabel(label, most);
    if (/^[1-5]xxs?$/i.test(word.text) || alikeness(stem, 'error') >= 0.9) {
      for (const label of this.#index.statusLabels) this.#takeLabel(label, points.code);
    }
  }

  /** A label is asked for behind `by`, `per` and `top`; elsewhere its name only says more about its value. */
  #labelPoints(at: number): number {
    const isAsked =
      this.#modifiers.top !== null ||
      this.#items.slice(0, at).some(({ kind }) => kind === 'by' || kind === 'per');
    return isAsked ? points.label : points.touchedLabel;
  }

  #labelsAt(at: number, stem: string): Set<string> {
    const { labels } = this.#index.search;
    const found = labels.withPartLike(stem);
    for (let from = Math.max(0, at - LABEL_LENGTH_MAX + 1); from <= at; from++) {
      for (let size = at - from + 1; size <= LABEL_LENGTH_MAX; size++) {
        const words = this.#question.words(from, size);
        if (words === undefined) break;
        for (const label of labels.calledWhole(words.map((word) => word.stem))) found.add(label);
      }
    }
    return found;
  }

  /** By place: labels with a value that the word, alone or with its neighbours, can stand for, and what that is worth. */
  #valuePoints(): Map<number, Map<string, number>> {
    const found = new Map<number, Map<string, number>>();
    for (let from = 0; from < this.#items.length; from++) {
      for (let size = 1; size <= PHRASE_LENGTH_MAX; size++) {
        for (const { label, quality } of this.#question.matches(from, size)) {
          const each = points.value / size + points.valueQuality * quality;
          for (let at = from; at < from + size; at++) {
            const own = found.get(at) ?? new Map<string, number>();
            found.set(at, own);
            own.set(label, Math.max(own.get(label) ?? 0, each));
          }
        }
      }
    }
    return found;
  }

  #matcher(label: string): void {
    const { labels } = this.#index.search;
    const found = labels.calledWhole([stemOf(label)]);
    for (const part of partsOf(label)) for (const each of labels.withPartLike(stemOf(part))) found.add(each);
    for (const each of found) this.#takeLabel(each, points.matcher);
    for (let set = 0; set < this.#base.length; set++) {
      this.#base[set] += this.#setWord[set] > 0 ? this.#setWord[set] : -points.noMatcher;
    }
    this.#setWord.fill(0);
  }

  #takeLabel(label: string, most: number): void {
    for (const set of this.#index.search.labels.setsWith(label)) {
      if (most > this.#setWord[set]) this.#setWord[set] = most;
    }
  }

  #take(id: number, most: number): void {
    if (this.#word[id] === 0) this.#touched[this.#touchedCount++] = id;
    if (most > this.#word[id]) this.#word[id] = most;
  }

  /** Penalties of all words are taken off everywhere: who has something for a word gets its penalty back. */
  #addWord(penalty: number): void {
    const { setOf } = this.#index.search;
    const setWord = this.#setWord;
    for (let set = 0; set < setWord.length; set++) if (setWord[set] > 0) setWord[set] += penalty;
    for (let i = 0; i < this.#touchedCount; i++) {
      const id = this.#touched[i];
      const more = this.#word[id] + penalty - setWord[setOf[id]];
      if (more > 0) this.#extra[id] += more;
      this.#word[id] = 0;
    }
    for (let set = 0; set < setWord.length; set++) this.#base[set] += setWord[set];
    setWord.fill(0);
    this.#touchedCount = 0;
  }
}
