import { WebAPIPlatformError, type WebClient } from '@slack/web-api';
import type { Finding } from '../commands/index.ts';
import type { SlackConfig } from './config.ts';
import { reasonOf } from './outcome.ts';

/** What the bot may do, as the manifest asks for it; each with what is missing without it. */
export const neededScopes: Readonly<Record<string, string>> = {
  'app_mentions:read': 'mentions are not heard',
  'channels:history': 'whether a card is there already cannot be looked up in public channels',
  'channels:read': 'public channels are not found by name',
  'chat:write': 'nothing can be said',
  commands: '/statbar does not work',
  'files:read': 'whether a picture is there already cannot be looked up',
  'files:write': 'there are no pictures',
  'groups:history': 'whether a card is there already cannot be looked up in private channels',
  'groups:read': 'private channels are not found by name',
  'im:history': 'direct messages are not heard',
  'im:read': 'direct messages are not found',
  'im:write': 'nobody can be told directly',
  'links:read': 'links are not seen',
  'links:write': 'links do not become cards',
  'users:read': 'people have no names and no time zones',
  'users:read.email': 'people are not known to the service by their e-mail addresses',
};

/** For `doctor`: do the tokens work, and do they allow what is needed. */
export async function checkSlack(client: WebClient, config: SlackConfig): Promise<Finding[]> {
  try {
    const answer = await client.auth.test();
    const scopes = new Set(answer.response_metadata?.scopes ?? []);
    const missing = Object.entries(neededScopes).filter(([scope]) => !scopes.has(scope));
    return [
      {
        what: 'Slack',
        state: 'good',
        text: `${answer.user ?? 'the bot'} in ${answer.team ?? 'the workspace'}`,
      },
      {
        what: 'Slack permissions',
        state: missing.length === 0 ? 'good' : 'bad',
        text:
          missing.length === 0
            ? 'all that are needed'
            : `install the app again with the manifest: ${missing.map(([scope, effect]) => `without ${scope} ${effect}`).join('; ')}`,
      },
      {
        what: 'Slack to the bot',
        state: 'good',
        text:
          config.mode === 'socket'
            ? 'by Socket Mode: you got here'
            : 'by HTTP, signatures checked: you got here',
      },
    ];
  } catch (error) {
    const text = error instanceof WebAPIPlatformError ? reasonOf(error) : String(error);
    return [{ what: 'Slack', state: 'bad', text }];
  }
}
