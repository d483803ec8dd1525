import type { Matcher, SeriesRegistry } from '../model/index.ts';
import type { Postings } from './postings.ts';

/**
 * Ascending ids of the live series that satisfy all matchers. An absent label counts as the empty string, so a
 * matcher that accepts the empty string also accepts series without the label (Prometheus's rule).
 */
export function selectSeries(
  registry: SeriesRegistry,
  postings: Postings,
  matchers: readonly Matcher[],
): Uint32Array {
  const including: Uint32Array[] = [];
  const excluding: Uint32Array[] = [];
  for (const matcher of matchers) {
    if (matcher.matches('')) {
      // Series carrying a value that does not match are out; all others, the unlabelled too, are in.
      excluding.push(...listsOf(postings, matcher.name, (value) => !matcher.matches(value)));
    } else {
      const lists = candidateLists(postings, matcher);
      const union = lists.length === 1 ? lists[0] : unite(lists, registry.idEnd);
      if (union.length === 0) return union;
      including.push(union);
    }
  }
  including.sort((a, b) => a.length - b.length);
  let found = including.length === 0 ? allSeries(registry) : including[0];
  for (let i = 1; i < including.length && found.length > 0; i++) found = intersect(found, including[i]);
  if (excluding.length > 0 && found.length > 0) found = subtract(found, excluding, registry.idEnd);
  // Views into the arena do not outlive the next change.
  return found.slice();
}

function candidateLists(postings: Postings, matcher: Matcher): Uint32Array[] {
  if (matcher.candidates === undefined)
    return listsOf(postings, matcher.name, (value) => matcher.matches(value));
  return matcher.candidates
    .map((value) => postings.series(matcher.name, value))
    .filter((list) => list.length > 0);
}

function listsOf(postings: Postings, name: string, wanted: (value: string) => boolean): Uint32Array[] {
  const lists: Uint32Array[] = [];
  postings.forEachValue(name, (value, seriesIds) => {
    if (wanted(value)) lists.push(seriesIds);
  });
  return lists;
}

function allSeries(registry: SeriesRegistry): Uint32Array {
  const all = new Uint32Array(registry.size);
  let count = 0;
  for (let seriesId = 0; seriesId < registry.idEnd; seriesId++) {
    if (registry.isLive(seriesId)) all[count++] = seriesId;
  }
  return all;
}

/** One bit per series id: with many lists cheaper than a heap, and the result is sorted by itself. */
function unite(lists: readonly Uint32Array[], idEnd: number): Uint32Array {
  if (lists.length === 0) return new Uint32Array(0);
  const bits = bitsOf(lists, idEnd);
  let count = 0;
  for (const list of lists) count += list.length;
  const union = new Uint32Array(Math.min(count, idEnd));
  let end = 0;
  for (let word = 0; word < bits.length; word++) {
    for (let rest = bits[word]; rest !== 0; rest &= rest - 1) {
      union[end++] = word * 32 + 31 - Math.clz32(rest & -rest);
    }
  }
  return union.subarray(0, end);
}

function intersect(small: Uint32Array, large: Uint32Array): Uint32Array {
  const common = new Uint32Array(small.length);
  let count = 0;
  let low = 0;
  for (const id of small) {
    // Gallop: the lists are often of very different length.
    let step = 1;
    while (low + step < large.length && large[low + step] < id) step *= 2;
    let high = Math.min(large.length, low + step + 1);
    low += step >>> 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (large[middle] < id) low = middle + 1;
      else high = middle;
    }
    if (low === large.length) break;
    if (large[low] === id) common[count++] = id;
  }
  return common.subarray(0, count);
}

function subtract(from: Uint32Array, lists: readonly Uint32Array[], idEnd: number): Uint32Array {
  const bits = bitsOf(lists, idEnd);
  return from.filter((id) => (bits[id >>> 5] & (1 << (id & 31))) === 0);
}

function bitsOf(lists: readonly Uint32Array[], idEnd: number): Int32Array {
  const bits = new Int32Array((idEnd + 31) >>> 5);
  for (const list of lists) for (const id of list) bits[id >>> 5] |= 1 << (id & 31);
  return bits;
}
