import { parseRuleFiles, type RuleGroup, readRuleFiles } from '../alert/index.ts';
import { type Fault, isFault } from '../base/index.ts';
import type { Config } from '../config/index.ts';
import { formatExpression } from '../query/index.ts';

/** The rule groups of the files that the configuration names, relative to `baseDir`; or all that is wrong with them. */
export function loadRuleGroups(config: Config, baseDir: string): readonly RuleGroup[] | Fault {
  const files = readRuleFiles(config.rules.files, baseDir);
  if (isFault(files)) return files;
  return parseRuleFiles(config.rules, files, (expression) => {
    const formatted = formatExpression(expression);
    return isFault(formatted) ? formatted : undefined;
  });
}
