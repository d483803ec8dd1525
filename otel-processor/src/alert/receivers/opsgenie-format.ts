import type { AlertGroup } from '@statbar/sdk/wire';
import type { Notification } from '../types.ts';
import type { OpsgenieConfig, OpsgenieProduct } from './opsgenie.ts';
import { cut, linksOf, nameOf, sourceOf } from './texts.ts';

/** What is asked for, and its body. */
export interface OpsgenieMessage {
  readonly operation: 'create' | 'acknowledge' | 'unacknowledge' | 'close';
  readonly alias: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Limits of the API's fields. */
const MESSAGE_LENGTH_MAX = 130;
const DESCRIPTION_LENGTH_MAX = 15_000;
const DETAILS_LENGTH_MAX = 8000;
const ENTITY_LENGTH_MAX = 512;
const NOTE_LENGTH_MAX = 25_000;

/** Undefined: it is known there, since it was done there. */
export function formatOpsgenie(
  { event, group, dedupKey: alias, page }: Notification,
  config: OpsgenieConfig,
  product: OpsgenieProduct,
): OpsgenieMessage | undefined {
  const by = group.acknowledgement?.by;
  switch (event) {
    case 'fired':
    case 'paged':
      return { operation: 'create', alias, body: alertOf(group, alias, page?.text, config) };
    case 'resolved':
      return { operation: 'close', alias, body: noteOf('Resolved', undefined) };
    case 'acknowledged':
      if (by?.via === product) return undefined;
      return { operation: 'acknowledge', alias, body: noteOf('Acknowledged', by?.name) };
    case 'unacknowledged':
      return {
        operation: 'unacknowledge',
        alias,
        body: noteOf('The acknowledgement was taken back', undefined),
      };
    default:
      return undefined;
  }
}

function noteOf(what: string, by: string | undefined): Readonly<Record<string, unknown>> {
  const note = cut(by === undefined ? `${what}.` : `${what} by ${by}.`, NOTE_LENGTH_MAX);
  return { source: 'StatBar', note };
}

function alertOf(
  group: AlertGroup,
  alias: string,
  pageText: string | undefined,
  config: OpsgenieConfig,
): Readonly<Record<string, unknown>> {
  return {
    message: cut(group.title.trim() === '' ? 'Alert' : group.title, MESSAGE_LENGTH_MAX),
    alias,
    description: cut(descriptionOf(group, pageText), DESCRIPTION_LENGTH_MAX),
    priority: config.priorities[group.severity],
    source: 'StatBar',
    entity: cut(sourceOf(group), ENTITY_LENGTH_MAX),
    details: detailsOf(group),
    ...(config.tags.length === 0 ? {} : { tags: config.tags }),
    ...(config.responders.length === 0
      ? {}
      : {
          responders: config.responders.map(({ type, name }) =>
            type === 'user' ? { type, username: name } : { type, name },
          ),
        }),
  };
}

function descriptionOf(group: AlertGroup, pageText: string | undefined): string {
  const firing = group.members.filter(({ state }) => state === 'firing');
  return [
    pageText ?? '',
    group.summary,
    ...linksOf(group).map(({ title, url }) => `${title}: ${url}`),
    ...firing.map((member) => {
      const value = member.value === null ? '' : ` (value ${member.value})`;
      return `- ${cut(nameOf(member, group), 1000)}${value}`;
    }),
  ]
    .filter((line) => line !== '')
    .join('\n');
}

/** Names and values may have so many characters together. */
function detailsOf(group: AlertGroup): Readonly<Record<string, string>> {
  const details: Record<string, string> = {};
  let length = 0;
  const pairs = Object.entries({
    ...group.commonLabels,
    ...(group.owner === null ? {} : { owner: group.owner }),
  });
  for (const [name, value] of pairs) {
    const shown = cut(value, 1000);
    length += name.length + shown.length;
    if (length > DETAILS_LENGTH_MAX) break;
    details[name] = shown;
  }
  return details;
}
