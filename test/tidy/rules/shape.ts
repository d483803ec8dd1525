import { type Node, type Source, walk } from '../source.ts';

/** Default exports have no name to search for, and `any` turns the type checker off. */
export function shapeViolations(source: Source): string[] {
  const found: string[] = [];
  const at = (node: Node): string => `${source.path}:${source.lineOf(node.start)}`;
  walk(source.program, (node) => {
    if (node.type === 'ExportDefaultDeclaration') found.push(`${at(node)}: default export: give it a name`);
    if (node.type === 'TSAnyKeyword') found.push(`${at(node)}: any: say what it is, or unknown`);
  });
  return found;
}
