export { groupLine } from './alerts.ts';
export { episodeLine } from './anomalies.ts';
export { commands, createAsk } from './commands.ts';
export { homeCard } from './home.ts';
export { createShow, type Show, type Shown } from './show.ts';
export type { CommandOptions, CommandPorts, Finding, Planner } from './types.ts';
export { defaultVocabularyOptions, type VocabularyOptions, VocabularySource } from './vocabulary-source.ts';
