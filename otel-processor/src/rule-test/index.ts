export { type RuleTestOutcome, runRuleTests } from './run.ts';
export { parseRuleTestFile, type RuleTestFile } from './test-file.ts';
