import { missingFacts, parseRuleFiles, type RuleGroup, readRuleFiles } from '../alert/index.ts';
import { type Fault, isFault, permanent } from '../base/index.ts';
import type { Config } from '../config/index.ts';
import { formatExpression } from '../query/index.ts';

/** The rule groups of the files that the configuration names, relative to `baseDir`; or all that is wrong with them. */
export function loadRuleGroups(config: Config, baseDir: string): readonly RuleGroup[] | Fault {
  const files = readRuleFiles(config.rules.files, baseDir);
  if (isFault(files)) return files;
  const groups = parseRuleFiles(config.rules, files, (expression) => {
    const formatted = formatExpression(expression);
    return isFault(formatted) ? formatted : undefined;
  });
  if (isFault(groups) || config.rules.required !== 'error') return groups;
  const missing = missingFacts(groups);
  if (missing.length === 0) return groups;
  return permanent('invalid', `${missing.join('\n')}\n(rules.required: error)`);
}

/** What the rules would be better with. */
export function ruleWarnings(config: Config, groups: readonly RuleGroup[]): readonly string[] {
  return config.rules.required === 'warn' ? missingFacts(groups) : [];
}
