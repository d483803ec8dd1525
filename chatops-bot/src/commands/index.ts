export { commands, createAsk } from './commands.ts';
export type { CommandOptions, CommandPorts, Finding, Planner } from './types.ts';
export { defaultVocabularyOptions, type VocabularyOptions, VocabularySource } from './vocabulary-source.ts';
