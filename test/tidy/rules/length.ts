import { type Node, type Source, walk } from '../source.ts';

export const fileLinesMax = 300;
export const functionLinesMax = 70;

const functionTypes = new Set(['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression']);

/** Key (a file, or `file name` of a function) to length, of what is over its limit. */
export function tooLong(source: Source): Map<string, number> {
  const found = new Map<string, number>();
  const lines = source.text.split('\n').length - 1;
  if (lines > fileLinesMax) found.set(source.path, lines);
  walk(source.program, (node, parents) => {
    if (!functionTypes.has(node.type)) return;
    const length = source.lineOf(node.end) - source.lineOf(node.start) + 1;
    if (length > functionLinesMax) found.set(`${source.path} ${nameOf(node, parents.at(-1))}`, length);
  });
  return found;
}

function nameOf(node: Node, parent: Node | undefined): string {
  const id = (node['id'] ?? parent?.['id'] ?? parent?.['key']) as Node | null | undefined;
  return typeof id?.['name'] === 'string' ? id['name'] : 'anonymous';
}

/**
 * A ratchet: what is too long must be listed with its length, may not grow, and leaves the list when it is
 * short enough again. So the list can only shrink.
 */
export function ratchetViolations(
  long: ReadonlyMap<string, number>,
  allowed: Readonly<Record<string, number>>,
): string[] {
  const found: string[] = [];
  for (const [key, length] of long) {
    const limit = allowed[key];
    if (limit === undefined) {
      const max = key.includes(' ') ? functionLinesMax : fileLinesMax;
      found.push(`${key}: ${length} lines, over ${max}: split it`);
    } else if (length > limit) {
      found.push(`${key}: grew from ${limit} to ${length} lines, and is over its limit already`);
    }
  }
  for (const key of Object.keys(allowed)) {
    if (!long.has(key)) found.push(`${key}: is short enough now: take it off the list`);
  }
  return found;
}
