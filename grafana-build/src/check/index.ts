import { archiveFindings } from './archive-rules.ts';
import type { CheckedPlugin } from './built-plugin.ts';
import { codeFindings } from './code-rules.ts';
import type { Finding } from './finding.ts';
import { manifestFindings } from './manifest-rules.ts';
import { packageFindings } from './package-rules.ts';
import { textFindings } from './text-rules.ts';

export { type CheckedPlugin, readBuiltPlugin } from './built-plugin.ts';
export type { Finding } from './finding.ts';

/**
 * What Grafana's catalog would say of a built plugin, as far as it can be known without the catalog: the rules of its
 * validator that look at files alone, and our own limits.
 */
export function checkPlugin(plugin: CheckedPlugin, archivePath?: string): readonly Finding[] {
  return [
    ...manifestFindings(plugin),
    ...textFindings(plugin),
    ...codeFindings(plugin),
    ...packageFindings(plugin),
    ...(archivePath === undefined ? [] : archiveFindings(plugin, archivePath)),
  ];
}
