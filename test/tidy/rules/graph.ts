import type { Source } from '../source.ts';

/** Files that no entry point reaches by imports or by naming them in a string. */
export function deadFiles(
  sources: ReadonlyMap<string, Source>,
  isEntry: (path: string) => boolean,
  isChecked: (path: string) => boolean,
): string[] {
  const alive = new Set<string>();
  const queue = [...sources.keys()].filter(isEntry);
  for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
    if (alive.has(path)) continue;
    alive.add(path);
    const source = sources.get(path);
    if (source === undefined) continue;
    for (const { target } of source.imports) if (target !== undefined) queue.push(target);
    queue.push(...source.mentions);
  }
  return [...sources.keys()].filter((path) => isChecked(path) && !alive.has(path));
}

/**
 * Groups of files that import one another in a circle, by imports that are still there when types are stripped.
 * Strongly connected components (Tarjan 1972) of more than one file.
 */
export function importCycles(sources: ReadonlyMap<string, Source>): string[][] {
  const order = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const onStack = new Set<string>();
  const cycles: string[][] = [];
  const visit = (path: string): void => {
    order.set(path, order.size);
    low.set(path, order.size - 1);
    stack.push(path);
    onStack.add(path);
    for (const { target, typeOnly } of sources.get(path)?.imports ?? []) {
      if (typeOnly || target === undefined || !sources.has(target)) continue;
      if (!order.has(target)) {
        visit(target);
        low.set(path, Math.min(low.get(path)!, low.get(target)!));
      } else if (onStack.has(target)) {
        low.set(path, Math.min(low.get(path)!, order.get(target)!));
      }
    }
    if (low.get(path) !== order.get(path)) return;
    const component = stack.splice(stack.indexOf(path));
    for (const each of component) onStack.delete(each);
    if (component.length > 1) cycles.push(component.sort());
  };
  for (const path of sources.keys()) if (!order.has(path)) visit(path);
  return cycles;
}

/** Relative imports of files that do not exist. */
export function brokenImports(source: Source, exists: (path: string) => boolean): string[] {
  return source.imports.flatMap(({ specifier, target, line }) =>
    target !== undefined && !exists(target) ? [`${source.path}:${line}: ${specifier} does not exist`] : [],
  );
}
