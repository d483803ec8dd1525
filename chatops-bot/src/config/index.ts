export { environmentKeys, loadConfig } from './load.ts';
export { type BotConfig, botConfigSchema } from './schema.ts';
