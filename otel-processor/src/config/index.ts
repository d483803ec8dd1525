export { configurationDocument, exampleConfiguration } from './document.ts';
export { type ConfigProblem, type LoadedConfig, loadConfig, problemText } from './load.ts';
export { type Config, configSchema, defaultConfig } from './schema.ts';
export { hideSecrets } from './secrets.ts';
