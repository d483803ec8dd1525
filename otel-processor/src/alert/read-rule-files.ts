import { globSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Fault, permanent } from '../base/index.ts';
import type { RuleFileText } from './rule-manager.ts';

/** Files of more than this are no rule files. */
const FILE_BYTES_MAX = 16 * 1024 * 1024;

/**
 * Reads the rule files that the patterns name, relative to `baseDir`. A pattern with a `*` may match nothing; a plain
 * name must exist.
 */
export function readRuleFiles(patterns: readonly string[], baseDir: string): readonly RuleFileText[] | Fault {
  const files = new Map<string, RuleFileText>();
  for (const pattern of patterns) {
    const isGlob = /[*?[{]/.test(pattern);
    const paths = isGlob ? [...globSync(pattern, { cwd: baseDir })].sort() : [pattern];
    for (const path of paths) {
      const absolute = resolve(baseDir, path);
      try {
        const bytes = readFileSync(absolute);
        if (bytes.length > FILE_BYTES_MAX)
          return permanent('invalid', `${path}: larger than ${FILE_BYTES_MAX} bytes`);
        files.set(absolute, { file: path, text: bytes.toString('utf8') });
      } catch (error) {
        return permanent(
          'invalid',
          `cannot read rule file ${path}: ${error instanceof Error ? error.message : String(error)}`,
        );
      }
    }
  }
  return [...files.values()];
}
