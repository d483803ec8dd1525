import type { ChangeInput } from '../../../otel-processor/src/explain/index.ts';
import type { CauseLabels } from './attribution-cases.ts';

/** What one label value had before, on average, and has now. */
interface Element {
  readonly labels: CauseLabels;
  readonly value: Pair;
  readonly weight: Pair;
}

interface Pair {
  readonly before: number;
  readonly now: number;
}

/** The label values whose sum, or contribution to the ratio, changed most come first. */
export function byLargestChange(input: ChangeInput): CauseLabels[] {
  return elementsOf(input)
    .flat()
    .sort((a, b) => Math.abs(b.value.now - b.value.before) - Math.abs(a.value.now - a.value.before))
    .map(({ labels }) => labels);
}

/** An element explains at least this part of the change, and a set of them this part together. */
const ELEMENT_SHARE_MIN = 0.1;
const SET_SHARE_MIN = 0.67;

/**
 * Adtributor (Bhagwan et al., "Adtributor: revenue debugging in advertising systems", NSDI 2014): of each label the
 * fewest, most surprising values that explain enough of the change; labels by their surprise.
 */
export function byAdtributor(input: ChangeInput): CauseLabels[] {
  return elementsOf(input)
    .map((elements) => candidateOf(elements, input.weights !== undefined))
    .filter((candidate) => candidate !== undefined)
    .sort((a, b) => b.surprise - a.surprise)
    .flatMap(({ labels }) => labels);
}

function candidateOf(
  elements: readonly Element[],
  ratio: boolean,
): { readonly labels: readonly CauseLabels[]; readonly surprise: number } | undefined {
  const value = totalOf(elements.map((element) => element.value));
  const weight = totalOf(elements.map((element) => element.weight));
  const judged = elements.map((element) => ({
    labels: element.labels,
    share: ratio
      ? ratioShare(element, value, weight)
      : (element.value.now - element.value.before) / (value.now - value.before),
    surprise: divergence(element.value, value) + (ratio ? divergence(element.weight, weight) : 0),
  }));
  judged.sort((a, b) => b.surprise - a.surprise);
  const chosen: typeof judged = [];
  let share = 0;
  for (const element of judged) {
    if (element.share < ELEMENT_SHARE_MIN) continue;
    chosen.push(element);
    share += element.share;
    if (share > SET_SHARE_MIN) {
      const surprise = chosen.reduce((sum, each) => sum + each.surprise, 0);
      return { labels: chosen.map(({ labels }) => labels), surprise };
    }
  }
  return undefined;
}

/** Of the ratio's change, by its partial derivatives in finite differences (section 4 of the paper). */
function ratioShare(element: Element, value: Pair, weight: Pair): number {
  const part = (one: Pair, other: Pair): number =>
    ((one.now - one.before) * weight.before - (other.now - other.before) * value.before) /
    (weight.before * (weight.before + other.now - other.before));
  return part(element.value, element.weight) / part(value, weight);
}

/** Jensen-Shannon divergence's part of one element. */
function divergence(element: Pair, total: Pair): number {
  const before = element.before / total.before;
  const now = element.now / total.now;
  const term = (part: number): number => (part > 0 ? part * Math.log((2 * part) / (before + now)) : 0);
  return (term(before) + term(now)) / 2;
}

function totalOf(pairs: readonly Pair[]): Pair {
  return {
    before: pairs.reduce((sum, { before }) => sum + before, 0),
    now: pairs.reduce((sum, { now }) => sum + now, 0),
  };
}

/** By label, its values. */
function elementsOf({ labelNames, leaves, history, current, weights }: ChangeInput): Element[][] {
  const mean = (columns: readonly Float64Array[], leaf: number): number =>
    columns.reduce((sum, column) => sum + column[leaf], 0) / columns.length;
  return labelNames.map((name, label) => {
    const values = [...new Set(leaves.map((leaf) => leaf[label]))];
    return values.map((value) => {
      const own = leaves.flatMap((leaf, i) => (leaf[label] === value ? [i] : []));
      const sum = (of: (leaf: number) => number): number => own.reduce((total, leaf) => total + of(leaf), 0);
      return {
        labels: { [name]: value },
        value: { before: sum((leaf) => mean(history, leaf)), now: sum((leaf) => current[leaf]) },
        weight:
          weights === undefined
            ? { before: 1, now: 1 }
            : {
                before: sum((leaf) => mean(weights.history, leaf)),
                now: sum((leaf) => weights.current[leaf]),
              },
      };
    });
  });
}
