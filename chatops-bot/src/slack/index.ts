export { type SlackConfig, slackConfigSchema } from './config.ts';
export { SlackPlatform, type SlackPorts } from './slack-platform.ts';
