import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { type Child, runChild, startChild } from '../support/child.ts';
import { root } from '../support/root.ts';
import { createTempDir, type TempDir } from '../support/temp-dir.ts';

const script = join(root, 'scripts', 'start.mjs');
const anywhere = ['--listen', '127.0.0.1:0', '--grpc', '127.0.0.1:0'];

let temp: TempDir | undefined;
let child: Child | undefined;

afterEach(async () => {
  await child?.stop();
  temp?.remove();
});

async function start(): Promise<{ child: Child; url: string }> {
  temp = createTempDir('start');
  child = startChild(process.execPath, [script, ...anywhere, '--data', temp.path, '--ready-json']);
  const ready = JSON.parse(await child.line((line) => line.startsWith('{'), 20_000)) as { http: string };
  return { child, url: `http://${ready.http}` };
}

test('npm start runs the service with the arguments given, and standard output is only what it says', async () => {
  const { child, url } = await start();
  expect((await fetch(`${url}/readyz`)).status).toBe(200);
  expect(child.stdout().trim().split('\n')).toHaveLength(1);
});

test('Ctrl-C, which a terminal and npm both pass on, is one signal: the service drains and ends well', async () => {
  const { child } = await start();
  child.signal('SIGINT');
  child.signal('SIGINT');
  expect(await child.ended()).toBe(0);
});

test('SIGTERM ends it well, and the service with it', async () => {
  const { child, url } = await start();
  child.signal('SIGTERM');
  expect(await child.ended()).toBe(0);
  await expect(fetch(`${url}/healthz`)).rejects.toThrow();
});

test("the service's exit code is kept", async () => {
  const result = await runChild(process.execPath, [script, '--no-such-option']);
  expect(result.code).toBe(2);
  expect(result.stderr).toContain('--no-such-option');
});
