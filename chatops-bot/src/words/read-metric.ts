import { labelFor, statusLabel, valuesFor, wholeWord } from './label-match.ts';
import { type Item, isFiller } from './modifiers.ts';
import type { Question } from './question.ts';
import { type Filter, isHistogram, isInHelp, isNegated, misfit, type Reading } from './reading.ts';
import { alikeness, partsOf, stemOf, type Word } from './tokens.ts';
import { type IndexedMetric, isStatusCode } from './vocabulary.ts';

const PHRASE_LENGTH_MAX = 4;

/** Explains as many of the words as it can by the metric's name, labels, values and description, and scores how well. */
export function readMetric(metric: IndexedMetric, question: Question): Reading {
  return new MetricReader(metric, question).read();
}

class MetricReader {
  readonly #metric: IndexedMetric;
  readonly #question: Question;
  readonly #items: readonly Item[];
  readonly #used: boolean[];
  readonly #mentioned = new Set<string>();
  readonly #groupBy: string[] = [];
  readonly #filters: { label: string; negated: boolean; values: string[]; pattern?: string }[] = [];
  readonly #unexplained: string[] = [];
  #score = 0;
  #topPlural = false;
  #quantity = false;
  #errorCodes: Filter | null = null;
  #divideBy: Word[] = [];

  constructor(metric: IndexedMetric, question: Question) {
    this.#metric = metric;
    this.#question = question;
    this.#items = question.modifiers.items;
    this.#used = this.#items.map(({ kind }) => kind !== 'word');
  }

  read(): Reading {
    this.#explicitMatchers();
    if (this.#question.modifiers.top !== null) this.#topLabel();
    this.#groupings();
    this.#longValues();
    this.#names();
    if (this.#question.modifiers.ratio !== null) this.#codes();
    this.#shortValues();
    this.#codes();
    this.#leftovers();
    this.#score -= misfit(
      this.#metric,
      this.#question.modifiers,
      this.#errorCodes !== null,
      this.#groupBy.length > 0,
    );
    return {
      metric: this.#metric,
      score: this.#score,
      groupBy: [...new Set(this.#groupBy)],
      filters: this.#filters,
      errorCodes: this.#errorCodes,
      wantsQuantity: this.#quantity,
      topPlural: this.#topPlural,
      divideBy: this.#divideBy,
      unexplained: this.#unexplained,
    };
  }

  #wordAt(at: number): Word | undefined {
    const item = this.#items[at];
    return item?.kind === 'word' && !this.#used[at] ? item.word : undefined;
  }

  #explicitMatchers(): void {
    for (const item of this.#items) {
      if (item.kind !== 'matcher') continue;
      const label =
        labelFor(this.#metric, [stemOf(item.label)], true) ??
        labelFor(this.#metric, partsOf(item.label).map(stemOf));
      if (label === undefined) {
        this.#score -= 3;
        this.#unexplained.push(item.label);
        continue;
      }
      this.#score += 1.5;
      const negated = item.operator.startsWith('!');
      if (item.operator.endsWith('~'))
        this.#filters.push({ label, negated, values: [], pattern: item.value });
      else this.#filter(label, [item.value], negated);
    }
  }

  /** `top 5 campaigns`: the label among the words that are not behind `by`. */
  #topLabel(): void {
    let isBehindBy = false;
    for (const [at, item] of this.#items.entries()) {
      if (item.kind === 'by') isBehindBy = true;
      const word = this.#wordAt(at);
      if (word === undefined || isBehindBy || isFiller(word)) continue;
      for (let size = 3; size > 0; size--) {
        const stems = this.#phrase(at, size);
        const label = stems === undefined ? undefined : labelFor(this.#metric, stems);
        if (stems === undefined || label === undefined) continue;
        for (let i = 0; i < size; i++) this.#used[at + i] = true;
        for (const stem of stems) this.#mention(stem);
        const last = this.#items[at + size - 1];
        this.#topPlural = last.kind === 'word' && /[^s]s$/i.test(last.word.text);
        this.#groupBy.push(label);
        this.#score += 1.5;
        return;
      }
    }
  }

  /** Labels behind `by` and `per`. */
  #groupings(): void {
    for (const [at, item] of this.#items.entries()) {
      if (item.kind !== 'by' && item.kind !== 'per') continue;
      let next = at + 1;
      for (;;) {
        while (
          this.#wordAt(next) !== undefined &&
          /^(the|each|every|their)$/.test(this.#wordAt(next)?.text ?? '')
        )
          next++;
        const taken = this.#groupLabelAt(next);
        if (taken === 0) break;
        next += taken;
        const more = this.#phrase(next + 1, 1);
        if (
          this.#items[next]?.kind !== 'and' ||
          more === undefined ||
          labelFor(this.#metric, more) === undefined
        )
          break;
        next++;
      }
      if (next > at + 1) continue;
      const word = this.#wordAt(next);
      if (word === undefined) continue;
      if (item.kind === 'per') {
        this.#divideBy = [word];
        this.#used[next] = true;
      } else if (this.#question.modifiers.top === null || this.#groupBy.length === 0) {
        this.#score -= 2;
      }
    }
  }

  #groupLabelAt(at: number): number {
    const isTop = this.#question.modifiers.top !== null && this.#groupBy.length > 0;
    for (let size = 3; size > 0; size--) {
      const stems = this.#phrase(at, size);
      if (stems === undefined) continue;
      const label = labelFor(this.#metric, stems);
      if (label === undefined || isTop) continue;
      for (let i = 0; i < size; i++) this.#used[at + i] = true;
      this.#groupBy.push(label);
      this.#score += 1.5;
      return size;
    }
    return 0;
  }

  /** The stems of so many words from here on; undefined when there is a mark or a used word in between. */
  #phrase(at: number, size: number): string[] | undefined {
    const stems: string[] = [];
    for (let i = 0; i < size; i++) {
      const word = this.#wordAt(at + i);
      if (word === undefined) return undefined;
      stems.push(word.stem);
    }
    return stems;
  }

  /** Values of several words, before their words are taken for parts of the name. */
  #longValues(): void {
    for (let at = 0; at < this.#items.length; at++) {
      for (let size = PHRASE_LENGTH_MAX; size > 0; size--) {
        if (this.#takeValue(at, size, size === 1 ? wholeWord(this.#wordAt(at)) : 1)) break;
      }
    }
  }

  #shortValues(): void {
    for (let at = 0; at < this.#items.length; at++) this.#takeValue(at, 1, 0.55);
  }

  #takeValue(at: number, size: number, qualityMin: number): boolean {
    for (let i = 0; i < size; i++) if (this.#wordAt(at + i) === undefined) return false;
    const all = this.#question.matches(at, size);
    if (all.length === 0) return false;
    const [first, last] = [this.#wordAt(at), this.#wordAt(at + size - 1)];
    if (first === undefined || last === undefined || isFiller(first) || isFiller(last)) return false;
    if (size === 1 && /^\d{1,2}$/.test(first.text)) return false;
    const beside = [at - 1, at + size].flatMap((place) => {
      const item = this.#items[place];
      return item?.kind === 'word' ? [item.word.stem] : [];
    });
    const best = valuesFor(this.#metric, all, beside, qualityMin);
    if (best === undefined) return false;
    // Beside a status code its own words say nothing more: `502 errors`.
    const hasCode = this.#filters.some(
      ({ label, values }) => label === best.label && values.some(isStatusCode),
    );
    if (hasCode && !best.values.every(isStatusCode)) return false;
    for (let i = 0; i < size; i++) this.#used[at + i] = true;
    this.#filter(best.label, best.values, isNegated(this.#items, at, this.#used));
    this.#score += 0.8 + 0.7 * best.quality * size;
    return true;
  }

  #filter(label: string, values: readonly string[], negated: boolean): void {
    const same = this.#filters.find(
      (each) => each.label === label && each.negated === negated && each.pattern === undefined,
    );
    if (same === undefined) this.#filters.push({ label, values: [...values], negated });
    else for (const value of values) if (!same.values.includes(value)) same.values.push(value);
  }

  #names(): void {
    for (let at = 0; at < this.#items.length; at++) {
      const word = this.#wordAt(at);
      if (word === undefined) continue;
      if (word.text === this.#metric.name) {
        this.#used[at] = true;
        for (const stem of this.#metric.nameStems) this.#mentioned.add(stem);
        this.#score += 10;
        continue;
      }
      if (isFiller(word) && !this.#metric.nameStems.includes(word.stem)) continue;
      const quality = this.#mention(word.stem);
      if (quality === 0) continue;
      this.#used[at] = true;
      this.#score += quality * 2 * (0.4 + 0.6 * this.#question.index.rarity(word.stem));
    }
  }

  /** How alike the word is to a part of the name. */
  #mention(stem: string): number {
    let quality = 0;
    let part = '';
    for (const [at, each] of this.#metric.nameStems.entries()) {
      const alike = alikeness(each, stem);
      if (alike <= quality) continue;
      quality = alike;
      part = each;
      if (at === this.#metric.nameStems.length - 1)
        this.#quantity = this.#quantity || isHistogram(this.#metric);
    }
    for (const unit of this.#metric.unitStems) {
      if (quality > 0 || alikeness(unit, stem) === 0) continue;
      quality = 0.6;
      this.#quantity = this.#quantity || isHistogram(this.#metric);
    }
    if (part !== '') this.#mentioned.add(part);
    return quality;
  }

  /** `5xx`, and errors where the name knows none. */
  #codes(): void {
    const label = statusLabel(this.#metric, this.#question.index);
    if (label === undefined) return;
    for (const [at] of this.#items.entries()) {
      const word = this.#wordAt(at);
      const group = /^([1-5])xxs?$/i.exec(word?.text ?? '');
      if (group !== null) {
        this.#used[at] = true;
        this.#score += 1.5;
        this.#filters.push({
          label,
          negated: isNegated(this.#items, at, this.#used),
          values: [],
          pattern: `${group[1]}..`,
        });
      } else if (word !== undefined && alikeness(word.stem, 'error') >= 0.9) {
        this.#used[at] = true;
        this.#score += 1;
        if (!this.#filters.some((each) => each.label === label)) {
          this.#errorCodes = { label, negated: false, values: [], pattern: '5..' };
        }
      }
    }
  }

  #leftovers(): void {
    const touched = [...this.#groupBy, ...this.#filters.map(({ label }) => label)];
    const labelStems = touched.flatMap(partsOf).map(stemOf);
    for (const [at] of this.#items.entries()) {
      const word = this.#wordAt(at);
      if (word === undefined || isFiller(word)) continue;
      if (labelStems.some((stem) => alikeness(stem, word.stem) > 0.8)) {
        this.#score += 0.5;
      } else if (isInHelp(this.#metric, word.stem)) {
        this.#score += 0.8;
      } else {
        this.#unexplained.push(word.text);
        this.#score -= this.#question.index.isKnown(word.stem) ? 1.5 : 0.7;
      }
    }
    for (const stem of this.#metric.nameStems) if (!this.#mentioned.has(stem)) this.#score -= 0.4;
  }
}
