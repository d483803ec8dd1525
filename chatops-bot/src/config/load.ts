import { parseDocument } from 'yaml';
import { type BotConfig, botConfigSchema } from './schema.ts';

/** Environment variables for what does not belong into a file. They win over the file. */
export const environmentKeys: Readonly<Record<string, readonly string[]>> = {
  STATBAR_URL: ['statbar', 'url'],
  STATBAR_TOKEN: ['statbar', 'token'],
  STATBAR_CHAT_STATE: ['state', 'folder'],
  SLACK_BOT_TOKEN: ['slack', 'bot_token'],
  SLACK_APP_TOKEN: ['slack', 'app_token'],
  SLACK_SIGNING_SECRET: ['slack', 'signing_secret'],
  TEAMS_APP_ID: ['teams', 'app_id'],
  TEAMS_APP_SECRET: ['teams', 'app_secret'],
  TEAMS_TENANT_ID: ['teams', 'tenant_id'],
};

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The configuration from a file's text (empty: none) and the environment; or what is wrong with it, one sentence each,
 * with the key.
 */
export function loadConfig(text: string, environment: Environment): BotConfig | readonly string[] {
  const document = parseDocument(text, { uniqueKeys: true });
  if (document.errors.length > 0) return document.errors.map(({ message }) => message);
  const given: unknown = document.toJS({ maxAliasCount: 100 }) ?? {};
  if (typeof given !== 'object' || Array.isArray(given)) return ['the file must hold keys and values'];
  const whole = structuredClone(given) as Record<string, unknown>;
  for (const [name, path] of Object.entries(environmentKeys)) {
    const value = environment[name];
    if (value !== undefined && value !== '') setAt(whole, path, value);
  }
  const parsed = botConfigSchema.safeParse(whole);
  if (parsed.success) return parsed.data;
  return parsed.error.issues.map(
    ({ path, message }) => `${path.length === 0 ? 'configuration' : path.join('.')}: ${message}`,
  );
}

function setAt(target: Record<string, unknown>, [section, key]: readonly string[], value: string): void {
  const inner = target[section];
  target[section] = { ...(typeof inner === 'object' && inner !== null ? inner : {}), [key]: value };
}
