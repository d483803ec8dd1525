import type { LabelRecord } from '../model/index.ts';
import type { LabelCodes } from './label-codes.ts';
import type { Scope } from './scan.ts';
import type { ChangeInput } from './types.ts';

type Leaves = Pick<ChangeInput, 'labelNames' | 'leaves'>;

/** The labels that the scope was found by. */
export function ownLabels(
  { partition, part }: Scope,
  { labelNames, leaves }: Leaves,
  labels: readonly LabelCodes[],
): LabelRecord {
  const example = leaves[partition.parts.indexOf(part)];
  return Object.fromEntries(
    partition.labels.map((label) => {
      const { name } = labels[label];
      return [name, example[labelNames.indexOf(name)]];
    }),
  );
}

/** All labels that the scope's leaves have in common, and that not all other leaves have too. */
export function commonLabels({ partition, part }: Scope, { labelNames, leaves }: Leaves): LabelRecord {
  const { parts } = partition;
  const example = leaves[parts.indexOf(part)];
  const common = labelNames.flatMap((name, label) => {
    const value = example[label];
    const shared = leaves.every((leaf, i) => parts[i] !== part || leaf[label] === value);
    const telling = shared && leaves.some((leaf) => leaf[label] !== value);
    return telling && value !== '' ? [[name, value] as const] : [];
  });
  return Object.fromEntries(common);
}

/** Of scopes that have the same leaves the first. */
export function distinctScopes(scopes: readonly Scope[]): Scope[] {
  const distinct: Scope[] = [];
  for (const scope of scopes) {
    if (!distinct.some((other) => other.evidence === scope.evidence && sameLeaves(other, scope)))
      distinct.push(scope);
  }
  return distinct;
}

function sameLeaves(a: Scope, b: Scope): boolean {
  const ofA = a.partition.parts;
  const ofB = b.partition.parts;
  for (let leaf = 0; leaf < ofA.length; leaf++) {
    if ((ofA[leaf] === a.part) !== (ofB[leaf] === b.part)) return false;
  }
  return true;
}
