import type { CheckedPlugin } from './built-plugin.ts';
import { error, type Finding } from './finding.ts';

interface Include {
  readonly type?: string;
  readonly path?: string;
}

/** Plugins within a plugin: only apps have them, and say so. */
export function nestedFindings({ files, manifest }: CheckedPlugin): readonly Finding[] {
  const includes = (Array.isArray(manifest['includes']) ? manifest['includes'] : []) as readonly Include[];
  const findings: Finding[] = [];
  for (const [path, content] of files) {
    if (!path.endsWith('/plugin.json')) continue;
    if (manifest['type'] !== 'app') {
      findings.push(error('nested', `${path} is a plugin within a ${String(manifest['type'])}`));
      continue;
    }
    const include = includes.find((each) => each.path === path);
    const type = typeOf(content);
    if (include === undefined) findings.push(error('nested', `includes does not name ${path}`));
    else if (include.type !== type)
      findings.push(error('nested', `includes says ${String(include.type)} of ${path}, which is a ${type}`));
  }
  return findings;
}

function typeOf(content: Buffer): string {
  try {
    return String((JSON.parse(content.toString('utf8')) as { readonly type?: unknown }).type);
  } catch {
    return 'file that cannot be read';
  }
}
