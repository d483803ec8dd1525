import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runChild, startChild } from '../support/child.ts';
import { onPath } from '../support/debian.ts';
import { need } from '../support/need.ts';
import { root } from '../support/root.ts';
import { type Service, startService } from '../support/service.ts';
import { createTempDir } from '../support/temp-dir.ts';

const tools = await need(
  "the README's commands",
  Promise.resolve(onPath('bash') && onPath('curl') ? true : new Error('no bash or no curl')),
);
const readme = readFileSync(join(root, 'README.md'), 'utf8');
const blocks = (language: string): string[] =>
  [...readme.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'gm'))].map((match) => match[1]);

/** Commands of the README that ask or feed a running service; those that start or test one are tested elsewhere. */
const commands = blocks('sh')
  .flatMap((block) => block.match(/^(?:curl|npm run -s statbar)(?:[^\n']|'[^']*')*$/gm) ?? [])
  .filter((command) => !command.includes('check-config'));

describe.skipIf(tools === undefined)("the README's commands work, in their order", () => {
  let service: Service;
  const temp = createTempDir('readme');

  beforeAll(async () => {
    service = await startService();
  });

  afterAll(async () => {
    await service?.stop();
    temp.remove();
  });

  test('there are some', () => {
    expect(commands.length).toBeGreaterThanOrEqual(4);
  });

  test.each(commands)('%s', async (command) => {
    const address = service.httpUrl.replace('http://', '');
    // The service under test has another port; a stream has no end, so it is cut after its first result.
    let line = command.replaceAll('127.0.0.1:4318', address);
    if (line.includes('statbar -- ')) line = `${line} --url ${service.httpUrl}`;
    if (line.includes('/stream')) {
      const child = startChild('bash', ['-c', `exec ${line}`], { cwd: root });
      await child.line((each) => each.startsWith('data: '), 20_000);
      await child.stop();
      return;
    }
    const result = await runChild('bash', ['-c', line], { cwd: root });
    expect(result.code, result.stderr).toBe(0);
    if (/query(=| ')room_temperature_celsius/.test(line) && !line.includes('/forecast'))
      expect(result.stdout).toContain('21.5');
    else expect(result.stdout.trim()).not.toBe('');
  });

  test('the example configuration is one', async () => {
    const config = blocks('yaml').find((block) => block.startsWith('store:'));
    expect(config).toBeDefined();
    const configured = await startService({ config });
    expect(await configured.stop()).toBe(0);
  });
});
