import { afterEach, beforeEach, expect, test } from 'vitest';
import { FakeHttp, type Handler, hangUp, type Incoming } from '../../../../test/support/fakes/fake-http.ts';
import { ReceiversWorld } from './receivers-world.test-support.ts';
import { signature } from './web-call.ts';

let http: FakeHttp;
let world: ReceiversWorld;
let calls: Incoming[];
let answer: Handler;

const SECRET = 'sixteen characters!';

beforeEach(async () => {
  calls = [];
  answer = async () => ({ status: 200, body: { message: 'restarted 3 workers' } });
  http = new FakeHttp((incoming) => {
    calls.push(incoming);
    return answer(incoming);
  });
  await http.start();
});

afterEach(async () => {
  await world.stop();
  await http.stop();
});

function open(action: object): void {
  world = new ReceiversWorld({
    action: [{ name: 'restart', title: 'Restart the workers', url: `${http.url}/run`, ...action }],
  });
}

let clicks = 0;

function ask(groupId: string, action: 'remediate' | 'approve' = 'remediate') {
  const by = { name: 'Lena', user: null, via: 'slack' } as const;
  return world.engine.desk.act(
    groupId,
    { action, name: 'restart', actionId: `click ${++clicks}`, version: world.group(groupId).version, by },
    { principal: 'bot', address: '' },
  );
}

const remediation = (id: string) => world.group(id).remediations[0];
const ended = (id: string) =>
  world.until(() => {
    const { state } = remediation(id);
    return state === 'done' || state === 'failed' ? remediation(id) : undefined;
  }, 'the action ended');

test('it is offered, runs when somebody asks, and its outcome is on the card and in the story', async () => {
  open({ secret: SECRET });
  const group = await world.fire({ alertname: 'Stuck' });
  expect(remediation(group.id)).toMatchObject({ state: 'offered', title: 'Restart the workers' });
  await world.pass(10_000);
  expect(calls).toEqual([]);
  ask(group.id);
  expect(await ended(group.id)).toMatchObject({ state: 'done', outcome: 'restarted 3 workers' });
  const [{ headers, body }] = calls;
  expect(JSON.parse(body.toString())).toMatchObject({
    version: 1,
    action: 'restart',
    group: { id: group.id },
  });
  const seconds = Number(/^t=(\d+)/.exec(String(headers['x-statbar-signature']))?.[1]);
  expect(headers['x-statbar-signature']).toBe(signature(SECRET, body.toString(), seconds));
  expect(world.group(group.id).story.map(({ kind }) => kind)).toEqual([
    'fired',
    'action_requested',
    'action_done',
  ]);
});

test('one that starts alone starts with the firing; one that needs approval waits for it', async () => {
  open({ starts: 'alone' });
  const first = await world.fire({ alertname: 'Stuck' });
  await ended(first.id);
  expect(calls).toHaveLength(1);
  await world.stop();
  open({ starts: 'approved' });
  const second = await world.fire({ alertname: 'Stuck' });
  await world.pass(60_000);
  expect(remediation(second.id).state).toBe('awaiting_approval');
  expect(calls).toHaveLength(1);
  ask(second.id, 'approve');
  await ended(second.id);
  expect(calls).toHaveLength(2);
});

test('a dry run says what would be called, and calls nothing', async () => {
  open({ dry_run: true });
  const group = await world.fire({ alertname: 'Stuck' });
  ask(group.id);
  expect((await ended(group.id)).outcome).toBe(`dry run: would have called ${http.url}/run`);
  expect(calls).toEqual([]);
});

test('within the cooldown, and over the runs of an hour, it is held back', async () => {
  open({ cooldown: '1m', per_hour_max: 2 });
  const group = await world.fire({ alertname: 'Stuck' });
  ask(group.id);
  await ended(group.id);
  expect(ask(group.id)?.text).toMatch(/cooldown/);
  expect(remediation(group.id).state).toBe('held_back');
  await world.pass(61_000);
  ask(group.id);
  await world.until(() => calls.length === 2, 'the second run');
  await ended(group.id);
  await world.pass(61_000);
  expect(ask(group.id)?.text).toMatch(/hour/);
  expect(calls).toHaveLength(2);
});

test('a call whose answer was lost is not made again, unless the program can tell it is the same', async () => {
  answer = async () => hangUp;
  open({});
  const first = await world.fire({ alertname: 'Stuck' });
  ask(first.id);
  expect((await ended(first.id)).outcome).toMatch(/whether it ran is not known/);
  await world.pass(600_000);
  expect(calls).toHaveLength(1);
  await world.stop();
  calls = [];
  answer = async () => (calls.length === 1 ? hangUp : { status: 200, body: 'ok' });
  open({ repeatable: true });
  const second = await world.fire({ alertname: 'Stuck' });
  ask(second.id);
  await world.until(() => calls.length === 2, 'called again');
  expect(calls[0].headers['idempotency-key']).toBe(calls[1].headers['idempotency-key']);
});

test('what the program refuses is on the card', async () => {
  answer = async () => ({ status: 422, body: 'no workers found' });
  open({});
  const group = await world.fire({ alertname: 'Stuck' });
  ask(group.id);
  expect(await ended(group.id)).toMatchObject({ state: 'failed', outcome: 'HTTP 422: no workers found' });
});

test('two actions of one receiver cannot have the same name', () => {
  open({});
  const action = { name: 'restart', title: 'Restart', url: `${http.url}/run` };
  expect(() => new ReceiversWorld({ action: [action, action] })).toThrow(/there is another action restart/);
});
