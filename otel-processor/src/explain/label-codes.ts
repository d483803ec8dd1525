/** A label of all leaves as numbers: `codes[leaf]` is the index of its value among `count` distinct ones. */
export interface LabelCodes {
  readonly name: string;
  readonly codes: Int32Array;
  readonly count: number;
}

/**
 * Labels in the order given; with `dropImplied` only those that tell leaves apart, and of those that do so in the same
 * way only the first.
 */
export function codeLabels(
  labelNames: readonly string[],
  leaves: readonly (readonly string[])[],
  dropImplied: boolean,
): LabelCodes[] {
  const coded: LabelCodes[] = [];
  for (let label = 0; label < labelNames.length; label++) {
    const numbers = new Map<string, number>();
    const codes = new Int32Array(leaves.length);
    for (let leaf = 0; leaf < leaves.length; leaf++) {
      const value = leaves[leaf][label];
      let code = numbers.get(value);
      if (code === undefined) {
        code = numbers.size;
        numbers.set(value, code);
      }
      codes[leaf] = code;
    }
    const { size: count } = numbers;
    // Codes are given in order of first appearance: labels that partition alike have equal codes.
    const alike = (other: LabelCodes): boolean => other.count === count && sameCodes(other.codes, codes);
    if (!dropImplied || (count > 1 && !coded.some(alike)))
      coded.push({ name: labelNames[label], codes, count });
  }
  return coded;
}

function sameCodes(a: Int32Array, b: Int32Array): boolean {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
