import { enableCompileCache } from 'node:module';
import { Socket } from 'node:net';
import type { Terminal } from './command/index.ts';

// Compiled code is kept between starts: most of a cold start is compiling.
enableCompileCache();

// Started by an older Node that only waits for us: when it is gone without a word, so are we.
const parentFd = process.env['STATBAR_PARENT_FD'];
if (parentFd !== undefined) {
  delete process.env['STATBAR_PARENT_FD'];
  const parent = new Socket({ fd: Number(parentFd), readable: true, writable: false });
  parent.on('error', () => {});
  parent.on('close', () => process.kill(process.pid, 'SIGKILL'));
  parent.resume();
  parent.unref();
}

const terminal: Terminal = {
  env: process.env,
  interactive: process.stderr.isTTY === true,
  out: (text) => {
    process.stdout.write(text);
  },
  err: (text) => {
    process.stderr.write(text);
  },
  reloadRequested(listener) {
    process.on('SIGHUP', listener);
  },
  stopRequested(again) {
    return new Promise((resolve) => {
      let asked = false;
      const onSignal = (signal: string): void => {
        if (asked) {
          again();
          process.exit(1);
        }
        asked = true;
        resolve(signal);
      };
      process.on('SIGTERM', onSignal);
      process.on('SIGINT', onSignal);
    });
  },
};

const { runCommand } = await import('./command/index.ts');
process.exitCode = await runCommand(process.argv.slice(2), terminal);
