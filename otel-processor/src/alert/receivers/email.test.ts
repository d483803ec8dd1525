import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FakeSmtp } from '../../../../test/support/fakes/smtp.ts';
import { anyNotification } from './alert-group.test-support.ts';
import { createEmailReceiver, emailConfigSchema } from './email.ts';
import { ReceiversWorld } from './receivers-world.test-support.ts';

let smtp: FakeSmtp;
let world: ReceiversWorld;

const server = () => ({
  host: '127.0.0.1',
  port: smtp.port,
  tls: 'none',
  from: 'statbar@example.com',
  to: ['ops@example.com'],
});

beforeEach(async () => {
  smtp = new FakeSmtp();
  await smtp.start();
  world = new ReceiversWorld({ email: [server()] });
});

afterEach(async () => {
  await world.stop();
  await smtp.stop();
});

test('all mail about a group is one thread, as text and as HTML', async () => {
  const group = await world.fire({ alertname: 'Down', service: 'shop' });
  await world.until(() => smtp.mails.length === 1, 'told');
  world.act(group, 'ack');
  await world.until(() => smtp.mails.length === 2, 'the acknowledgement is told');
  await world.resolve({ alertname: 'Down', service: 'shop' });
  await world.until(() => smtp.mails.length === 3, 'the end is told');
  const [first, ...others] = smtp.mails.map(({ headers }) => headers);
  expect(first['message-id']).toBe(`<statbar.${group.id}@example.com>`);
  for (const each of others) {
    expect(each['in-reply-to']).toBe(first['message-id']);
    expect(each['references']).toBe(first['message-id']);
    expect(each['subject']).toBe(`Re: ${first['subject']}`);
  }
  expect(new Set(smtp.mails.map(({ headers }) => headers['message-id'])).size).toBe(3);
  expect(first['auto-submitted']).toBe('auto-generated');
  expect(first['content-type']).toMatch(/^multipart\/alternative/);
  expect(smtp.mails[0].raw).toContain('Content-Type: text/html');
  expect(smtp.mails[2].raw).toContain('Resolved');
});

test('mail whose answer was lost comes again with the same Message-ID', async () => {
  smtp.loseResponse();
  await world.fire({ alertname: 'Down' });
  await world.until(() => smtp.mails.length === 2, 'sent again');
  const ids = smtp.mails.map(({ headers }) => headers['message-id']);
  expect(ids[0]).toBe(ids[1]);
});

test('resolved while nobody knows whether the first mail arrived: the end is told', async () => {
  smtp.loseResponse();
  await world.fire({ alertname: 'Down' });
  await world.until(() => smtp.mails.length === 1, 'taken');
  await world.resolve({ alertname: 'Down' });
  await world.until(
    () => smtp.mails.some(({ headers }) => headers['x-statbar-event'] === 'resolved'),
    'the end is told',
  );
});

test('refused for now: tried again; refused for good: it is in the story', async () => {
  smtp.refuseNext(451);
  const group = await world.fire({ alertname: 'Down' });
  await world.until(() => smtp.mails.length === 1, 'sent in the end');
  smtp.refuseNext(554);
  await world.resolve({ alertname: 'Down' });
  const told = await world.until(
    () => world.group(group.id).story.find(({ kind }) => kind === 'delivery_failed'),
    'the refusal is told',
  );
  expect(told.text).toContain('554');
});

test('a server that is not there is waited for', async () => {
  await smtp.stop();
  await world.fire({ alertname: 'Down' });
  await world.pass(5000);
  const [entry] = world.engine.tables.outbox.values();
  expect(entry).toMatchObject({ state: 'pending', told: false });
  await smtp.start();
  await world.until(() => smtp.mails.length === 1, 'told');
});

test('a page goes to the people who are called', async () => {
  await world.stop();
  world = new ReceiversWorld(
    { email: [server()] },
    {
      route: { receiver: 'ops', group_wait: '0s', group_by: ['alertname'], escalation: 'now' },
      users: [{ name: 'lena', email: 'lena@example.com' }, { name: 'otto' }],
      escalations: [{ name: 'now', steps: [{ users: ['lena', 'otto'] }] }],
    },
  );
  await world.fire({ alertname: 'Down' });
  const page = await world.until(
    () => smtp.mails.find(({ headers }) => headers['x-statbar-event'] === 'paged'),
    'paged',
  );
  expect(page.to).toEqual(['lena@example.com']);
});

test('with STARTTLS a server whose certificate cannot be verified gets nothing', async () => {
  const secure = new FakeSmtp({ tls: true });
  await secure.start();
  await world.stop();
  world = new ReceiversWorld({ email: [{ ...server(), port: secure.port, tls: 'starttls' }] });
  const group = await world.fire({ alertname: 'Down' });
  const entry = () => world.engine.desk.context.outbox.ofGroup(group.id).find(({ part }) => part === 'card');
  await world.until(() => (entry()?.failures ?? 0) > 0, 'it fails');
  expect(entry()?.lastReason).toMatch(/certificate/);
  expect(secure.mails).toEqual([]);
  await secure.stop();
});

test('a wrong password is refused for good', async () => {
  const closed = new FakeSmtp({ user: { name: 'statbar', password: 'right' } });
  await closed.start();
  await world.stop();
  world = new ReceiversWorld({
    email: [{ ...server(), port: closed.port, user: 'statbar', password: 'wrong' }],
  });
  const group = await world.fire({ alertname: 'Down' });
  await world.until(
    () =>
      world.engine.desk.context.outbox.ofGroup(group.id).find(({ part }) => part === 'card')?.state ===
      'failed',
    'it is refused',
  );
  await closed.stop();
});

test('nothing in an alert becomes a header, a recipient or markup', () => {
  const config = emailConfigSchema.parse({ host: 'h', from: 'statbar@example.com', to: ['ops@example.com'] });
  const receiver = createEmailReceiver(config);
  fc.assert(
    fc.property(anyNotification, (notification) => {
      const message = receiver.format(notification);
      if (message === undefined) return;
      expect(message.subject).not.toMatch(/[\r\n]/);
      expect(message.subject.length).toBeLessThan(250);
      const allowed = /<\/?(?:!doctype|html|body|p|h2|table|tr|td|ul|li|b|a)(?: [^<>]*)?>/g;
      expect(message.html.replace(allowed, '')).not.toMatch(/[<>]/);
      expect(message.html).not.toMatch(/href="(?!https?:)/);
      expect(message.to.every((to) => to.endsWith('@example.com'))).toBe(true);
    }),
    { numRuns: 60 },
  );
});
