import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { cacheDir, withLock } from './cache.ts';
import { runChild, startChild } from './child.ts';
import { debianProgram } from './debian.ts';
import { createTempDir } from './temp-dir.ts';
import { eventually } from './wait.ts';

test('a child is waited for by a line of its output, and ends with SIGTERM', async () => {
  const child = startChild(process.execPath, ['-e', 'console.log("up"); setInterval(() => {}, 1000)']);
  expect(await child.line((line) => line === 'up', 10_000)).toBe('up');
  expect(await child.stop()).toBe('SIGTERM');
});

test('waiting for a line of a program that ends without it fails and shows what it said', async () => {
  const child = startChild(process.execPath, ['-e', 'console.error("no configuration"); process.exit(3)']);
  await expect(child.line((line) => line === 'up', 10_000)).rejects.toThrow('no configuration');
  expect(await child.ended()).toBe(3);
});

test('a child that ignores SIGTERM is killed after the grace', async () => {
  const child = startChild(process.execPath, [
    '-e',
    'process.on("SIGTERM", () => {}); console.log("up"); setInterval(() => {}, 1000)',
  ]);
  await child.line((line) => line === 'up', 10_000);
  expect(await child.stop(50)).toBe('SIGKILL');
});

test('a program that does not exist is an answer, not an exception', async () => {
  const result = await runChild('statbar-no-such-program', []);
  expect(result.code).toBe(127);
  expect(result.stderr).toContain('statbar-no-such-program');
});

test('a child ends when the process that started it ends', async () => {
  const script = `
    const { startChild } = await import(${JSON.stringify(new URL('./child.ts', import.meta.url).href)});
    const child = startChild(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    console.log(child.pid);
    process.exit(0);
  `;
  const outer = await runChild(process.execPath, ['--input-type=module', '-e', script]);
  const pid = Number(outer.stdout.trim());
  expect(pid).toBeGreaterThan(0);
  await eventually(() => (isAlive(pid) ? undefined : true), { what: `process ${pid} has ended` });
});

test('two holders of a lock take turns, and one left by a dead process is taken over', async () => {
  const name = `support-test-${process.pid}`;
  let inside = 0;
  let mostInside = 0;
  const visit = (): Promise<void> =>
    withLock(name, async () => {
      inside += 1;
      mostInside = Math.max(mostInside, inside);
      await new Promise((resolve) => setTimeout(resolve, 20));
      inside -= 1;
    });
  const dead = await runChild(process.execPath, ['-e', 'console.log(process.pid)']);
  mkdirSync(join(cacheDir, `${name}.lock`), { recursive: true });
  writeFileSync(join(cacheDir, `${name}.lock`, 'pid'), dead.stdout.trim());
  await Promise.all([visit(), visit(), visit()]);
  expect(mostInside).toBe(1);
});

test('a temporary folder goes away with its content', () => {
  const temp = createTempDir();
  writeFileSync(join(temp.path, 'file'), 'x');
  temp.remove();
  expect(existsSync(temp.path)).toBe(false);
});

test('a Debian package that does not exist is reported by name', async () => {
  const found = await debianProgram('statbar-no-such-package', 'statbar-no-such-program');
  expect(found).toBeInstanceOf(Error);
  expect(String(found)).toMatch(/statbar-no-such-p/);
}, 240_000);

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
