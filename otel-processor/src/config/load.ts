import type { Document, LineCounter } from 'yaml';
import type { z } from 'zod';
import { type Config, configSchema } from './schema.ts';
import { substituteSecrets } from './secrets.ts';
import { shapeAt } from './shape.ts';
import { closest } from './suggest.ts';

/** Configuration files beyond this are refused unread. */
const TEXT_LENGTH_MAX = 1_000_000;

export interface ConfigProblem {
  /** The user's key, such as `serve.tokens[0].sha256`; empty for the file as a whole. */
  readonly key: string;
  /** From 1; undefined when it is nowhere in particular. */
  readonly line: number | undefined;
  readonly message: string;
}

export type LoadedConfig =
  | { readonly config: Config; readonly problems?: undefined }
  | { readonly config?: undefined; readonly problems: readonly ConfigProblem[] };

/** Reads a configuration file's text. All problems are reported at once, each with its key and line. */
export async function loadConfig(
  text: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<LoadedConfig> {
  if (text.length > TEXT_LENGTH_MAX) {
    return {
      problems: [
        { key: '', line: undefined, message: `the file is longer than ${TEXT_LENGTH_MAX} characters` },
      ],
    };
  }
  // Most starts have no file to read: they need not wait for the YAML parser.
  const { LineCounter, parseDocument } = await import('yaml');
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    schema: 'core',
    merge: false,
  });
  if (document.errors.length > 0) {
    return {
      problems: document.errors.map((error) => ({
        key: '',
        line: lines.linePos(error.pos[0]).line,
        message: `not valid YAML: ${error.message}`,
      })),
    };
  }
  const plain = plainTree(document);
  if ('message' in plain) return { problems: [{ key: '', line: undefined, message: plain.message }] };
  const { tree, problems } = substituteSecrets(plain.tree ?? {}, env);
  const located = (path: readonly PropertyKey[], message: string): ConfigProblem => ({
    key: keyText(path),
    line: lineOf(document, lines, path),
    message,
  });
  const parsed = configSchema.safeParse(tree);
  if (parsed.success && problems.length === 0) return { config: parsed.data };
  const blocked = new Set(problems.map(({ path }) => keyText(path)));
  const issues = parsed.success ? [] : parsed.error.issues.flatMap(explain);
  return {
    problems: [...problems, ...issues.filter(({ path }) => !blocked.has(keyText(path)))]
      .map(({ path, message }) => located(path, message))
      .sort((a, b) => (a.line ?? 0) - (b.line ?? 0)),
  };
}

/** The document as plain values. Aliases may be wrong or multiply without end, which shows only here. */
function plainTree(document: Document): { readonly tree: unknown } | { readonly message: string } {
  try {
    return { tree: document.toJS({ maxAliasCount: 100 }) };
  } catch (error) {
    return { message: `not valid YAML: ${error instanceof Error ? error.message : String(error)}` };
  }
}

/** One line for a person: `line 3: serve.listen: expected HOST:PORT`. */
export function problemText({ key, line, message }: ConfigProblem): string {
  return [line === undefined ? '' : `line ${line}: `, key === '' ? '' : `${key}: `, message].join('');
}

interface Explained {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

function explain(issue: z.core.$ZodIssue): Explained[] {
  if (issue.code === 'unrecognized_keys') {
    const known = Object.keys(shapeAt(issue.path)?.properties ?? {});
    return issue.keys.map((key) => {
      const meant = closest(key, known);
      const hint = meant === undefined ? `known keys: ${known.join(', ')}` : `did you mean ${meant}?`;
      return { path: [...issue.path, key], message: `unknown key; ${hint}` };
    });
  }
  if (issue.code === 'invalid_type' && issue.message.startsWith('Invalid input')) {
    return [{ path: issue.path, message: `expected ${expectedText(issue)}` }];
  }
  if (issue.code === 'invalid_value') {
    return [{ path: issue.path, message: `expected one of ${issue.values.map(String).join(', ')}` }];
  }
  return [{ path: issue.path, message: issue.message }];
}

const typeTexts: Readonly<Record<string, string>> = {
  object: 'a section with keys of its own',
  array: 'a list',
  string: 'text',
  boolean: 'true or false',
  int: 'a whole number',
  number: 'a number',
};

function expectedText(issue: { readonly expected: string; readonly path: readonly PropertyKey[] }): string {
  return typeTexts[issue.expected] ?? issue.expected;
}

function keyText(path: readonly PropertyKey[]): string {
  return path
    .map((step, i) => (typeof step === 'number' ? `[${step}]` : `${i === 0 ? '' : '.'}${String(step)}`))
    .join('');
}

/** The line of the key at `path`, or of the nearest key above it. */
function lineOf(document: Document, lines: LineCounter, path: readonly PropertyKey[]): number | undefined {
  for (let length = path.length; length > 0; length--) {
    const offset = offsetOf(document, path.slice(0, length));
    if (offset !== undefined) return lines.linePos(offset).line;
  }
  return undefined;
}

function offsetOf(document: Document, path: readonly PropertyKey[]): number | undefined {
  const parent = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
  const last = path[path.length - 1];
  if (parent === null || typeof parent !== 'object' || !('items' in parent)) return undefined;
  for (const item of parent.items as readonly unknown[]) {
    if (typeof item !== 'object' || item === null || !('key' in item)) continue;
    const key = item.key as { readonly value?: unknown; readonly range?: readonly number[] };
    if (String(key.value) === String(last)) return key.range?.[0];
  }
  const node: unknown = document.getIn(path, true);
  return typeof node === 'object' && node !== null && 'range' in node
    ? (node.range as readonly number[] | undefined)?.[0]
    : undefined;
}
