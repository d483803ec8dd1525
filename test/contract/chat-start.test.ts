import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startChild } from '../support/child.ts';
import { FakeSlack } from '../support/fakes/slack/index.ts';
import { freePort } from '../support/free-port.ts';
import { root } from '../support/root.ts';
import { createTempDir } from '../support/temp-dir.ts';
import { eventually } from '../support/wait.ts';

test('npm start -- --chat runs service and bot; asked to stop, both end', async () => {
  const temp = createTempDir('chat-start');
  const slack = new FakeSlack();
  await slack.start();
  slack.workspace.addChannel({ id: 'C1', name: 'ops' });
  const port = await freePort();
  const service = join(temp.path, 'statbar.yaml');
  const chat = join(temp.path, 'chat.yaml');
  writeFileSync(
    service,
    "alert: { route: { receiver: ops, group_wait: 0s }, receivers: [{ name: ops, chat: [{ platform: slack, channel: '#ops' }] }] }",
  );
  writeFileSync(chat, `slack: { api_url: '${slack.apiUrl}' }`);
  const args = ['--listen', `127.0.0.1:${port}`, '--grpc', '127.0.0.1:0', '--data', join(temp.path, 'data')];
  const child = startChild(
    process.execPath,
    [join(root, 'scripts', 'start.mjs'), ...args, '--config', service, '--chat-config', chat],
    { env: { SLACK_BOT_TOKEN: slack.botToken, SLACK_APP_TOKEN: slack.appToken } },
  );
  try {
    await eventually(
      async () => {
        const body = JSON.stringify([{ labels: { alertname: 'Hello' } }]);
        const headers = { 'content-type': 'application/json' };
        const answer = await fetch(`http://127.0.0.1:${port}/api/v2/alerts`, {
          method: 'POST',
          headers,
          body,
        });
        return answer.status === 200 ? true : undefined;
      },
      { what: 'the service takes alerts', timeoutMs: 60_000 },
    );
    await eventually(() => slack.posted('C1')[0], { what: 'a card', timeoutMs: 60_000 });
  } finally {
    child.signal('SIGTERM');
    expect(await child.ended()).toBe(0);
    await slack.stop();
    temp.remove();
  }
}, 180_000);
