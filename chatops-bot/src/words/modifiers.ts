import { stemOf, type Word } from './tokens.ts';

export type Aggregator = 'sum' | 'avg' | 'min' | 'max';

/** A word that is left to be understood, or a mark between such words. */
export type Item =
  | { readonly kind: 'word'; readonly word: Word }
  /** `by`: labels follow. `per`: a label or a metric follows. `not`: what follows is left out. */
  | { readonly kind: 'by' | 'per' | 'not' | 'and' }
  | {
      readonly kind: 'matcher';
      readonly label: string;
      readonly operator: '=' | '!=' | '=~' | '!~';
      readonly value: string;
    };

/** How a question wants its numbers; what none of this explains is in `items`. */
export interface Modifiers {
  readonly quantile: number | null;
  readonly aggregator: Aggregator | null;
  /** `highest`, `peak`: over time, when a time is said. */
  readonly extreme: 'min' | 'max' | null;
  /** `how many`. */
  readonly counts: boolean;
  /** `how many` or `is`: wants one value. */
  readonly oneValue: boolean;
  readonly top: { readonly count: number | null; readonly bottom: boolean } | null;
  /** `per minute` is 60. */
  readonly perSeconds: number | null;
  readonly ratio: 'ratio' | 'percent' | null;
  readonly items: readonly Item[];
}

const fillers = new Set(
  (
    'a an the me us our we i you please show give plot graph chart draw display tell what whats which who is are was were ' +
    'do does did have has had get got be been there it its this that and or all any some just only much many most ' +
    'everything for of in on at to from with over through via as within during value values metric metrics series ' +
    'did return how let see look query trend happening going'
  ).split(' '),
);
/** Words that ask for nothing by themselves. */
export function isFiller({ text }: Word): boolean {
  return fillers.has(text.toLowerCase());
}

const rateIsRatio = new Set(
  'error fail conversion hit miss success bounce drop loss reject declin retry abandonment timeout'
    .split(' ')
    .map(stemOf),
);
const superlatives: Readonly<Record<string, { bottom: boolean; means: string | null }>> = {
  slowest: { bottom: false, means: 'latency' },
  fastest: { bottom: true, means: 'latency' },
  biggest: { bottom: false, means: 'size' },
  largest: { bottom: false, means: 'size' },
  smallest: { bottom: true, means: 'size' },
  deepest: { bottom: false, means: 'depth' },
  longest: { bottom: false, means: 'depth' },
  hottest: { bottom: false, means: 'temperature' },
  worst: { bottom: false, means: null },
  most: { bottom: false, means: null },
  least: { bottom: true, means: null },
  fewest: { bottom: true, means: null },
};
const secondsPer: Readonly<Record<string, number>> = {
  second: 1,
  sec: 1,
  s: 1,
  minute: 60,
  min: 60,
  hour: 3600,
  day: 86_400,
};

/** Takes the words that say how, and leaves those that say what. */
export function readModifiers(words: readonly Word[]): Modifiers {
  return new ModifierReader(words).read();
}

class ModifierReader {
  readonly #words: readonly Word[];
  readonly #items: Item[] = [];
  #at = 0;
  #quantile: number | null = null;
  #aggregator: Aggregator | null = null;
  #extreme: 'min' | 'max' | null = null;
  #counts = false;
  #oneValue = false;
  #top: { count: number | null; bottom: boolean } | null = null;
  #perSeconds: number | null = null;
  #ratio: 'ratio' | 'percent' | null = null;

  constructor(words: readonly Word[]) {
    this.#words = words;
  }

  read(): Modifiers {
    if (/^(is|are)$/.test(this.#text(0))) this.#oneValue = true;
    while (this.#at < this.#words.length) {
      const taken =
        this.#matcher() ||
        this.#mark() ||
        this.#quantileWord() ||
        this.#counting() ||
        this.#ranking() ||
        this.#aggregation();
      if (taken === 0) this.#items.push({ kind: 'word', word: this.#words[this.#at] });
      this.#at += Math.max(1, taken);
    }
    return {
      quantile: this.#quantile,
      aggregator: this.#aggregator,
      extreme: this.#extreme,
      counts: this.#counts,
      oneValue: this.#oneValue,
      top: this.#top,
      perSeconds: this.#perSeconds,
      ratio: this.#ratio,
      items: this.#items,
    };
  }

  #text(ahead: number): string {
    return this.#words[this.#at + ahead]?.text.toLowerCase() ?? '';
  }

  #add(text: string): void {
    this.#items.push({ kind: 'word', word: { text, stem: stemOf(text) } });
  }

  /** `country = de`. */
  #matcher(): number {
    const operator = this.#text(1);
    const value = this.#words[this.#at + 2];
    if (value === undefined) return 0;
    if (operator !== '=' && operator !== '!=' && operator !== '=~' && operator !== '!~') return 0;
    this.#items.push({ kind: 'matcher', label: this.#words[this.#at].text, operator, value: value.text });
    return 3;
  }

  #mark(): number {
    const text = this.#text(0);
    const [next, after] = [this.#text(1), this.#text(2)];
    if (/^(split|grouped|group|broken|sliced)$/.test(text)) {
      const by = next === 'by' ? 1 : next === 'down' && after === 'by' ? 2 : 0;
      if (by > 0) this.#items.push({ kind: 'by' });
      return by === 0 ? 0 : by + 1;
    }
    if (/^(kinds?|types?)$/.test(text) && next === 'of') {
      const noun = this.#words[this.#at + 2];
      if (noun === undefined) return 0;
      this.#items.push({ kind: 'word', word: noun }, { kind: 'by' }, { kind: 'word', word: noun });
      this.#add('type');
      return 3;
    }
    if (/^(per|each)$/.test(text)) return this.#per(next);
    if (text === 'by' || text === 'across') {
      this.#items.push({ kind: 'by' });
      return 1;
    }
    if (
      /^(except|excluding|exclude|without|not|minus)$/.test(text) ||
      (text === 'other' && next === 'than')
    ) {
      this.#items.push({ kind: 'not' });
      return text === 'other' ? 2 : 1;
    }
    if (/^(and|or|,|&)$/.test(text)) {
      this.#items.push({ kind: 'and' });
      return 1;
    }
    return text === 'where' || /^(=|!=|=~|!~)$/.test(text) ? 1 : 0;
  }

  #per(unit: string): number {
    if (Object.hasOwn(secondsPer, unit)) {
      this.#perSeconds = secondsPer[unit];
      return 2;
    }
    this.#items.push({ kind: 'per' });
    return 1;
  }

  /** `p95`, `p99.9`, `median`, `95th percentile`. */
  #quantileWord(): number {
    const text = this.#text(0);
    const short = /^p(\d{1,2}(?:\.\d+)?|100)$/.exec(text);
    const long = /^(\d{1,2}(?:\.\d+)?)(?:st|nd|rd|th)?$/.exec(text);
    if (text === 'median') this.#quantile = 0.5;
    else if (short !== null) this.#quantile = percent(short[1]);
    else if (long !== null && /^(percentile|pct|quantile)$/.test(this.#text(1))) {
      this.#quantile = percent(long[1]);
      return 2;
    } else return 0;
    return 1;
  }

  #counting(): number {
    const text = this.#text(0);
    if (text === 'how' && /^(many|much)$/.test(this.#text(1))) {
      this.#counts = true;
      this.#oneValue = true;
      return 2;
    }
    if (text === 'number' && this.#text(1) === 'of') {
      this.#counts = true;
      this.#oneValue = true;
      return 2;
    }
    if (text === 'count') this.#counts = true;
    return 0;
  }

  #ranking(): number {
    const text = this.#text(0);
    if (text === 'top' || text === 'bottom') {
      const count = countOf(this.#text(1));
      this.#top = { count, bottom: text === 'bottom' };
      return count === null ? 1 : 2;
    }
    if (!Object.hasOwn(superlatives, text)) return 0;
    const { bottom, means } = superlatives[text];
    const next = countOf(this.#text(1));
    this.#top = { count: this.#top?.count ?? next, bottom: this.#top?.bottom === true || bottom };
    if (means !== null) this.#add(means);
    return next === null ? 1 : 2;
  }

  #aggregation(): number {
    const text = this.#text(0);
    if (/^(max|maximum)$/.test(text)) this.#aggregator = 'max';
    else if (/^(min|minimum)$/.test(text)) this.#aggregator = 'min';
    else if (/^(avg|average|mean)$/.test(text)) this.#aggregator = 'avg';
    else if (/^(sum|total|overall)$/.test(text)) this.#aggregator = 'sum';
    else if (/^(highest|peak)$/.test(text)) this.#extreme = 'max';
    else if (text === 'lowest') this.#extreme = 'min';
    else if (/^(percentage|percent|%)$/.test(text)) this.#ratio = 'percent';
    else if (/^(ratio|fraction|share)$/.test(text)) this.#ratio = 'ratio';
    else if (text === 'rate') {
      const before = this.#items.at(-1);
      if (before?.kind === 'word' && rateIsRatio.has(before.word.stem)) this.#ratio = 'ratio';
    } else return 0;
    return 1;
  }
}

function percent(text: string): number {
  return Number((Number(text) / 100).toPrecision(12));
}

function countOf(text: string): number | null {
  const count = /^\d{1,3}$/.test(text) ? Number(text) : 0;
  return count > 0 ? count : null;
}
