import type { AlertGroup } from '@statbar/sdk/wire';
import { expect, test } from 'vitest';
import { exampleGroup } from '../card/group.test-support.ts';
import type { Person } from '../reply/index.ts';
import { type HomeOwner, homeCard } from './home.ts';

const person: Person = { platform: 'teams', id: '0000-aad', name: 'Ina', email: null, timeZone: null };
const owner: HomeOwner = { person, name: 'Ina (0000-aad)', user: null, data: [] };

async function home(groups: readonly AlertGroup[], more: Partial<HomeOwner> = {}): Promise<string> {
  const schedules = [
    {
      name: 'primary',
      timeZone: 'UTC',
      now: [{ name: 'ina', email: null, slack: null, teams: '0000-aad' }],
      next: null,
    },
  ];
  const alerts = { groups: async () => ({ groups, nextCursor: null }), onCall: async () => ({ schedules }) };
  return JSON.stringify(await homeCard(alerts, { ...owner, ...more }));
}

const taken = (name: string, user: string | null) =>
  exampleGroup({
    assignee: null,
    acknowledgement: { by: { name, user, via: 'teams' }, atMs: 0, note: '', untilMs: null },
  });

test('an alert that somebody without a user has acknowledged is theirs', async () => {
  expect(await home([taken('Ina (0000-aad)', null)])).toContain('1 of them yours');
  expect(await home([taken('Ina (another)', null)])).toContain('0 of them yours');
  // A name in chat is not a user's name with the service.
  expect(await home([taken('Ina (0000-aad)', 'somebody.else')])).toContain('0 of them yours');
});

test('only what one may see is there; on call is who the schedule names by the id of the platform', async () => {
  const group = exampleGroup();
  const limited = await home([group], { data: ['team="another"'] });
  expect(limited).toContain('0 open alerts');
  expect(limited).not.toContain(group.title);
  expect(await home([group])).toContain(group.title);
  expect(limited).toContain('"primary"');
});
