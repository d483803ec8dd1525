export { blockProblems, viewProblems } from './check-blocks.ts';
export { type CallMatch, FakeSlack, type FakeSlackOptions, type SlackCall } from './fake-slack.ts';
export type { Delivered, DeliveryOptions } from './slack-delivery.ts';
export { BOT_USER_ID, type SlackMessage } from './workspace.ts';
