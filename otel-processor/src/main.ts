import { enableCompileCache } from 'node:module';
import type { Terminal } from './command/index.ts';

// Compiled code is kept between starts: most of a cold start is compiling.
enableCompileCache();

const terminal: Terminal = {
  env: process.env,
  interactive: process.stderr.isTTY === true,
  out: (text) => {
    process.stdout.write(text);
  },
  err: (text) => {
    process.stderr.write(text);
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
