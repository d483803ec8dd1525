import { shapeAt } from './shape.ts';

const reference = /^\$\{env:([A-Za-z_][A-Za-z0-9_]*)\}$/;

export interface SubstitutionProblem {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/** A copy of `tree` in which each `${env:NAME}` at a secret's key is replaced by that environment variable. */
export function substituteSecrets(
  tree: unknown,
  env: Readonly<Record<string, string | undefined>>,
): { tree: unknown; problems: SubstitutionProblem[] } {
  const problems: SubstitutionProblem[] = [];
  const visit = (value: unknown, path: readonly PropertyKey[]): unknown => {
    if (typeof value === 'string' && value.includes('${env:')) {
      const text = resolve(value, path, env);
      if (typeof text === 'string') return text;
      problems.push({ path, message: text.problem });
      return value;
    }
    if (Array.isArray(value)) return value.map((element, i) => visit(element, [...path, i]));
    if (typeof value === 'object' && value !== null) {
      return Object.fromEntries(
        Object.entries(value).map(([key, inner]) => [key, visit(inner, [...path, key])]),
      );
    }
    return value;
  };
  return { tree: visit(tree, []), problems };
}

function resolve(
  value: string,
  path: readonly PropertyKey[],
  env: Readonly<Record<string, string | undefined>>,
): string | { problem: string } {
  if (shapeAt(path)?.secret !== true) return { problem: 'environment variables may stand only for secrets' };
  const name = reference.exec(value)?.[1];
  if (name === undefined) return { problem: 'expected the whole value to be ${env:NAME}' };
  return env[name] ?? { problem: `the environment variable ${name} is not set` };
}

/** A copy of `tree` with every secret replaced by `<secret>`. */
export function hideSecrets(tree: unknown, path: readonly PropertyKey[] = []): unknown {
  if (shapeAt(path)?.secret === true) return '<secret>';
  if (Array.isArray(tree)) return tree.map((element, i) => hideSecrets(element, [...path, i]));
  if (typeof tree === 'object' && tree !== null) {
    return Object.fromEntries(
      Object.entries(tree).map(([key, inner]) => [key, hideSecrets(inner, [...path, key])]),
    );
  }
  return tree;
}
