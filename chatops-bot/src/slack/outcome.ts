import {
  WebAPIHTTPError,
  WebAPIPlatformError,
  WebAPIRateLimitedError,
  WebAPIRequestError,
} from '@slack/web-api';
import type { PostOutcome } from '../reply/index.ts';

export type Failure = Exclude<PostOutcome, { readonly outcome: 'sent' }>;

/** Slack has done nothing and will do it later. */
const laterErrors = new Set(['ratelimited', 'rate_limited', 'service_unavailable', 'team_added_to_org']);
/** Slack's own words for these are that something may have been done. */
const unknownErrors = new Set(['internal_error', 'fatal_error', 'request_timeout']);
const goneErrors = new Set([
  'message_not_found',
  'cant_update_message',
  'edit_window_closed',
  'thread_not_found',
]);

/** What to do about it: people can read these in the log and in the alert's story. */
const advice: Readonly<Record<string, string>> = {
  not_in_channel: 'the bot is not in the channel: invite it with /invite @statbar',
  channel_not_found: 'there is no such channel that the bot can see: check its name, or invite the bot',
  is_archived: 'the channel is archived',
  invalid_auth: 'Slack does not know the bot token: check slack.bot_token',
  not_authed: 'there is no bot token: set slack.bot_token',
  token_revoked: 'the bot token was revoked: install the app again',
  account_inactive: 'the bot was removed from the workspace: install the app again',
  missing_scope: 'the bot lacks a permission: install the app again with the manifest',
  restricted_action: 'the workspace does not let the bot post there',
};

/** No connection was made, so nothing was done. */
const connectionCodes = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'UND_ERR_CONNECT_TIMEOUT',
  'EHOSTUNREACH',
]);

/** What an error of the Web API client means for a call that posts or edits. */
export function failureOf(error: unknown): Failure {
  if (error instanceof WebAPIRateLimitedError) {
    return { outcome: 'later', reason: 'Slack asks to wait', retryAfterMs: error.retryAfter * 1000 };
  }
  if (error instanceof WebAPIPlatformError) {
    const name = error.data.error;
    const reason = reasonOf(error);
    if (laterErrors.has(name)) return { outcome: 'later', reason, retryAfterMs: 5000 };
    if (unknownErrors.has(name)) return { outcome: 'unknown', reason };
    return goneErrors.has(name) ? { outcome: 'gone', reason } : { outcome: 'refused', reason };
  }
  if (error instanceof WebAPIHTTPError) {
    return { outcome: 'unknown', reason: `Slack answered ${error.statusCode}` };
  }
  if (error instanceof WebAPIRequestError) {
    const reason = `Slack cannot be reached: ${error.original.message}`;
    return { outcome: isNotConnected(error.original) ? 'later' : 'unknown', reason };
  }
  throw error;
}

/** Slack's name for the error, its own messages where it gave some, and what to do about it. */
export function reasonOf(error: WebAPIPlatformError): string {
  const { error: name, response_metadata: metadata } = error.data;
  const messages = metadata?.messages?.slice(0, 5).join('; ') ?? '';
  const needed = 'needed' in error.data ? ` (${String(error.data.needed)})` : '';
  return [`${name}${needed}`, advice[name] ?? '', messages].filter((text) => text !== '').join(': ');
}

export function isPlatformError(error: unknown, name: string): boolean {
  return error instanceof WebAPIPlatformError && error.data.error === name;
}

function isNotConnected(error: Error): boolean {
  for (let each: unknown = error; each instanceof Error; each = each.cause) {
    if ('code' in each && connectionCodes.has(String(each.code))) return true;
  }
  return false;
}
