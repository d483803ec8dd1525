import type { AlertGroup, Episode } from '@statbar/sdk/wire';
import { expect, test } from 'vitest';
import { Counters, silentLogger } from '../base/index.ts';
import { ManualClock } from '../base/manual-clock.test-support.ts';
import { exampleGroup } from '../card/group.test-support.ts';
import { defaultCardOptions, noDetails } from '../card/index.ts';
import type { Person, Unfurled } from '../reply/index.ts';
import { linksConfigSchema, Unfurler, type UnfurlPorts } from './index.ts';

const person: Person = { platform: 'teams', id: '1', name: 'Ina', email: null, timeZone: null };
const dashboard = 'https://grafana.example.com/d/chat-1/chat-operations';
const details: string[] = [];

const groupOf = (labels: Readonly<Record<string, string>>, url = ''): AlertGroup =>
  exampleGroup({
    title: `Alert of ${Object.values(labels).join(' ')}`,
    members: [{ ...exampleGroup().members[0], labels }],
    links: url === '' ? [] : [{ title: 'Dashboard', url }],
    counts: { total: 1, firing: 1, resolved: 0, silenced: 0, inhibited: 0 },
  });

function unfurl(
  url: string,
  {
    groups = [],
    episodes = [],
    data = [],
    ...more
  }: Partial<UnfurlPorts> & {
    readonly groups?: readonly AlertGroup[];
    readonly episodes?: readonly Episode[];
    readonly data?: readonly string[];
  } = {},
): Promise<Unfurled> {
  const ports: UnfurlPorts = {
    alerts: { group: async () => groups[0], groups: async () => ({ groups, nextCursor: null }) },
    query: { episodes: async () => ({ episodes, nextCursor: null }) },
    gate: { admit: async () => ({ allowed: true, name: 'Ina', user: null }), dataOf: () => data },
    show: async () => ({ kind: 'nothing' }),
    details: {
      known: () => undefined,
      find: async ({ id }) => {
        details.push(id);
        return noDetails;
      },
    },
    clock: new ManualClock(Date.UTC(2026, 10, 25)),
    logger: silentLogger,
    counters: new Counters(),
    ...more,
  };
  const links = linksConfigSchema.parse({ dashboards: ['https://grafana.example.com'] });
  const options = { links, card: defaultCardOptions, timeZone: 'UTC', timeoutMs: 5000 };
  return new Unfurler(ports, options).unfurl(url, person);
}

const textOf = (unfurled: Unfurled): string => JSON.stringify(unfurled);

test('alerts are there by a label that is chosen, or by linking to the dashboard, unless they say otherwise', async () => {
  const groups = [
    groupOf({ region: 'eu', host: 'a' }),
    groupOf({ region: 'us' }),
    groupOf({ team: 'unrelated' }),
    groupOf({ team: 'linking' }, `${dashboard}?orgId=1`),
    groupOf({ region: 'ap', team: 'linking' }, dashboard),
    groupOf({ team: 'another' }, dashboard.replace('chat-1', 'chat-10')),
  ];
  const said = textOf(await unfurl(`${dashboard}?var-region=eu`, { groups }));
  for (const there of ['Alert of eu a', 'Alert of linking', 'Chat operations']) expect(said).toContain(there);
  for (const away of ['Alert of us', 'unrelated', 'Alert of ap', 'another']) expect(said).not.toContain(away);
});

test('a service that does not answer leaves what the link itself says', async () => {
  const fail = async (): Promise<never> => {
    throw new Error('no answer');
  };
  const unfurled = await unfurl(`${dashboard}?var-region=eu&from=now-1h&to=now`, {
    alerts: { group: fail, groups: fail },
    query: { episodes: fail },
  });
  expect(unfurled.kind).toBe('card');
  expect(textOf(unfurled)).toContain('cannot be asked');
  expect(textOf(unfurled)).not.toContain('Nothing that is known of');
  expect(await unfurl('https://x.test/alerts/1', { alerts: { group: fail, groups: fail } })).toEqual({
    kind: 'none',
  });
});

test('who may not ask is told why, but only about links that the bot knows', async () => {
  const gate: UnfurlPorts['gate'] = {
    admit: async () => ({ allowed: false, why: 'Sorry.' }),
    dataOf: () => [],
  };
  expect(await unfurl(dashboard, { gate })).toEqual({ kind: 'refused', why: 'Sorry.' });
  expect(await unfurl('https://grafana.example.com/explore', { gate })).toEqual({ kind: 'none' });
});

test('charts and explanations of an alert are for those who may see everything', async () => {
  const groups = [groupOf({ team: 'shop' })];
  details.length = 0;
  expect((await unfurl('https://x.test/alerts/1', { groups, data: ['team="shop"'] })).kind).toBe('card');
  expect(details).toEqual([]);
  expect((await unfurl('https://x.test/alerts/1', { groups })).kind).toBe('card');
  expect(details).toHaveLength(1);
  expect((await unfurl('https://x.test/alerts/1', { groups, data: ['team="search"'] })).kind).toBe('refused');
});

test('an expression of which it is not certain that it stays within what one may see is refused', async () => {
  const show: UnfurlPorts['show'] = async () => ({ kind: 'refused' });
  const link = 'https://statbar.example.com/graph?g0.expr=up';
  expect(await unfurl(link, { show })).toMatchObject({ kind: 'refused' });
  expect(await unfurl(link)).toEqual({ kind: 'none' });
});
