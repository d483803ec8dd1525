import { alikeness, partsOf, stemOf, type Word } from './tokens.ts';
import type { IndexedMetric, ValueMatch, VocabularyIndex } from './vocabulary.ts';

/** The label whose name the words are, or are parts of; the one with the fewest other parts. */
export function labelFor(
  { labelStems }: IndexedMetric,
  stems: readonly string[],
  exact = false,
): string | undefined {
  // A sign alone names nothing.
  if (stems.length === 0) return undefined;
  let best: string | undefined;
  let bestQuality = exact ? 0.99 : 0.3;
  const joined = stems.join('');
  const name = stems.join('_');
  for (const label of labelStems) {
    if (label.whole === joined || label.name === name) return label.name;
    const { parts } = label;
    let least = 1;
    for (const stem of stems) least = Math.min(least, mostAlike(parts, stem));
    if (least === 0) continue;
    const quality = least * (0.5 + (0.5 * stems.length) / Math.max(parts.length, stems.length));
    if (quality > bestQuality) {
      best = label.name;
      bestQuality = quality;
    }
  }
  return best;
}

function mostAlike(parts: readonly string[], stem: string): number {
  let most = 0;
  for (const part of parts) most = Math.max(most, alikeness(part, stem));
  return most;
}

/** Whether a word is part of the label's name. */
export function isPartOfLabel(label: string, stem: string): boolean {
  return partsOf(label).some((part) => alikeness(stemOf(part), stem) > 0.8);
}

/** Values of one label that some words stand for. */
export interface FoundValues {
  readonly label: string;
  readonly values: readonly string[];
  readonly quality: number;
}

/** The phrase under which `index.valuesFor` has what the words stand for. */
export function valuePhrase(words: readonly Word[]): string {
  return words
    .flatMap(({ text }) => {
      const parts = partsOf(text.replace(/^(\d{3})s$/, '$1'));
      return parts.length === 0 ? [text] : parts.map(stemOf);
    })
    .join(' ');
}

/** Of what words stand for (`all`) the values of the metric's labels; of several labels that which is named beside them. */
export function valuesFor(
  metric: IndexedMetric,
  all: readonly ValueMatch[],
  beside: readonly string[],
  qualityMin: number,
): FoundValues | undefined {
  const matches = all.filter(({ label, quality }) => quality >= qualityMin && metric.labels.includes(label));
  return matches.length === 0 ? undefined : bestLabel(matches, beside);
}

function bestLabel(matches: readonly ValueMatch[], beside: readonly string[]): FoundValues {
  const top = Math.max(...matches.map(({ quality }) => quality));
  const labels = [...new Set(matches.map(({ label }) => label))].map((label) => {
    const own = matches.filter((match) => match.label === label);
    const quality = Math.max(...own.map((match) => match.quality));
    const values = own.filter((match) => match.quality === quality).map(({ value }) => value);
    const named = beside.some((stem) => isPartOfLabel(label, stem));
    return { label, values, quality, rank: (named ? 2 : 0) + quality - (quality < top ? 0.3 : 0) };
  });
  return labels.reduce((best, each) => (each.rank > best.rank ? each : best));
}

/** The label with HTTP status codes; undefined: there is none. */
export function statusLabel(
  { labels }: IndexedMetric,
  { statusLabels }: VocabularyIndex,
): string | undefined {
  return labels.find((each) => statusLabels.has(each));
}

/** The least quality of a word's values before names are looked at: one of several parts can only be a whole value. */
export function wholeWord(word: Word | undefined): number {
  return word !== undefined && partsOf(word.text).length > 1 ? 0.55 : 2;
}
