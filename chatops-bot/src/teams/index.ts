export { type TeamsConfig, teamsConfigSchema } from './config.ts';
export { TeamsPlatform, type TeamsPorts } from './teams-platform.ts';
