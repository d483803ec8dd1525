import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { parseSync } from 'vite';
import { root } from '../support/root.ts';

/** A node of the syntax tree (ESTree with TypeScript's additions). */
export interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [key: string]: unknown;
}

export interface Import {
  /** As written, for example `../base/index.ts` or `zod`. */
  readonly specifier: string;
  /** Path from the repository's root when the specifier is relative. */
  readonly target: string | undefined;
  /** Nothing of it is left when the types are stripped. */
  readonly typeOnly: boolean;
  readonly line: number;
}

export interface Source {
  /** From the repository's root, with forward slashes. */
  readonly path: string;
  readonly text: string;
  readonly program: Node;
  readonly imports: readonly Import[];
  /** Paths from the root of files that a string names relative to this file (workers, child processes). */
  readonly mentions: readonly string[];
  lineOf(offset: number): number;
}

const skippedFolders = new Set([
  'node_modules',
  '.git',
  '.cache',
  'artifacts',
  'dist',
  'coverage',
  'testdata',
]);

/** All files of the checkout that are ours, paths from the root with forward slashes, sorted. */
export function listFiles(folder = ''): string[] {
  const found: string[] = [];
  for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) {
      if (!skippedFolders.has(entry.name) && path !== 'data') found.push(...listFiles(path));
    } else if (entry.isFile()) {
      found.push(path);
    }
  }
  return found.sort();
}

let sources: ReadonlyMap<string, Source> | undefined;

/** Every TypeScript and JavaScript file of the repository, parsed once. */
export function allSources(): ReadonlyMap<string, Source> {
  sources ??= new Map(
    listFiles()
      .filter((path) => /\.(tsx?|mjs|js)$/.test(path) && !path.includes('/corpus/'))
      .map((path) => [path, parseSource(path, readFileSync(join(root, path), 'utf8'))]),
  );
  return sources;
}

export function parseSource(path: string, text: string): Source {
  const { program, errors } = parseSync(posix.basename(path), text);
  if (errors.length > 0) throw new Error(`${path} does not parse: ${errors[0].message}`);
  const tree = program as unknown as Node;
  const lineStarts = [0];
  for (let i = 0; i < text.length; i++) if (text[i] === '\n') lineStarts.push(i + 1);
  const lineOf = (offset: number): number => {
    let low = 0;
    let high = lineStarts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (lineStarts[middle] <= offset) low = middle;
      else high = middle;
    }
    return low + 1;
  };
  const imports: Import[] = [];
  const mentions: string[] = [];
  walk(tree, (node) => {
    const found = importOf(node);
    if (found !== undefined) {
      imports.push({ ...found, target: resolveFrom(path, found.specifier), line: lineOf(node.start) });
    }
    if (
      node.type === 'Literal' &&
      typeof node['value'] === 'string' &&
      /\.(tsx?|mjs|js)$/.test(node['value'])
    ) {
      const target = resolveFrom(path, node['value']);
      if (target !== undefined) mentions.push(target);
    }
  });
  return { path, text, program: tree, imports, mentions, lineOf };
}

function resolveFrom(path: string, specifier: string): string | undefined {
  if (!specifier.startsWith('./') && !specifier.startsWith('../')) return undefined;
  return posix.normalize(posix.join(posix.dirname(path), specifier));
}

function importOf(node: Node): { specifier: string; typeOnly: boolean } | undefined {
  const from = node['source'] as Node | null | undefined;
  if (from?.type !== 'Literal' || typeof from['value'] !== 'string') return undefined;
  const specifier = from['value'];
  if (node.type === 'ImportExpression') return { specifier, typeOnly: false };
  if (node.type === 'TSImportType') return { specifier, typeOnly: true };
  const kind = node['importKind'] ?? node['exportKind'];
  const parts = (node['specifiers'] ?? []) as readonly Node[];
  const named = parts.filter((part) => part.type === 'ImportSpecifier' || part.type === 'ExportSpecifier');
  const allTypes =
    parts.length > 0 &&
    named.length === parts.length &&
    parts.every((part) => (part['importKind'] ?? part['exportKind']) === 'type');
  return { specifier, typeOnly: kind === 'type' || allTypes };
}

/** Visits every node, parents first; `parents` is the way from the root to the node. */
export function walk(root: Node, visit: (node: Node, parents: readonly Node[]) => void): void {
  const parents: Node[] = [];
  const step = (node: Node): void => {
    visit(node, parents);
    parents.push(node);
    for (const key in node) {
      const value = node[key];
      if (Array.isArray(value)) {
        for (const item of value) if (isNode(item)) step(item);
      } else if (isNode(value)) {
        step(value);
      }
    }
    parents.pop();
  };
  step(root);
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && typeof (value as Node).type === 'string';
}

/** Tests, benches and what only they use. */
export function isTestFile(path: string): boolean {
  return (
    path.startsWith('test/') ||
    /(\.(test|suite|bench|soak|fuzz|e2e|test-support)|-fixture)\.ts$|\/testing\//.test(path)
  );
}

export function readText(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

export function fileExists(path: string): boolean {
  return existsSync(join(root, path));
}
