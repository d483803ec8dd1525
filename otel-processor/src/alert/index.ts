export { type RulesConfig, rulesConfigSchema } from './config.ts';
export { GroupRunner, type GroupStatus, type RulePorts, type RuleStatus } from './group-runner.ts';
export type { AlertState } from './next-state.ts';
export { readRuleFiles } from './read-rule-files.ts';
export { type AlertInstance, activeInstances } from './rule-evaluation.ts';
export type { AlertingRule, RecordingRule, Rule, RuleGroup } from './rule-file.ts';
export { parseRuleFiles, type RuleFileText, RuleManager, type RuleManagerPorts } from './rule-manager.ts';
export { formatGoFloat } from './template/index.ts';
export { readYamlTexts } from './yaml-texts.ts';
