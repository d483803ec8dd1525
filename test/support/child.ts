import { type ChildProcess, spawn } from 'node:child_process';

/**
 * A program started by a test. Whatever happens to the test, the program ends: with `stop`, or by its own id
 * when the test process exits.
 */
export interface Child {
  readonly pid: number;
  /** Everything it wrote so far, the last megabyte of it. */
  stdout(): string;
  stderr(): string;
  /** Settles when a complete line of standard output satisfies `wanted`; rejects when the program ends first. */
  line(wanted: (line: string) => boolean, timeoutMs: number): Promise<string>;
  signal(name: NodeJS.Signals): void;
  /** Settles with the exit code, or the signal's name. */
  ended(): Promise<number | NodeJS.Signals>;
  /** SIGTERM, and SIGKILL when it has not ended after `graceMs`. */
  stop(graceMs?: number): Promise<number | NodeJS.Signals>;
}

export interface ChildOptions {
  readonly cwd?: string;
  /** Added to (undefined: removed from) this process's environment. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly stdin?: string;
}

const outputLengthMax = 1024 * 1024;
const running = new Set<ChildProcess>();

process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

class Output {
  text = '';
  add(chunk: string): void {
    this.text += chunk;
    if (this.text.length > 2 * outputLengthMax) this.text = this.text.slice(-outputLengthMax);
  }
}

export function startChild(command: string, args: readonly string[], options: ChildOptions = {}): Child {
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    stdio: [options.stdin === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
  });
  running.add(child);
  if (options.stdin !== undefined) child.stdin?.end(options.stdin);
  const stdout = new Output();
  const stderr = new Output();
  child.stdout?.setEncoding('utf8').on('data', (chunk: string) => stdout.add(chunk));
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => stderr.add(chunk));
  const ended = new Promise<number | NodeJS.Signals>((resolve) => {
    child.once('error', (error) => {
      running.delete(child);
      stderr.add(`${command}: ${error.message}\n`);
      resolve(127);
    });
    // `close` comes after the last output, `exit` may come before it.
    child.once('close', (code, signal) => {
      running.delete(child);
      resolve(code ?? signal ?? 0);
    });
  });
  const self: Child = {
    pid: child.pid ?? -1,
    stdout: () => stdout.text,
    stderr: () => stderr.text,
    ended: () => ended,
    signal: (name) => void child.kill(name),
    line: (wanted, timeoutMs) => waitForLine(child, self, wanted, timeoutMs),
    async stop(graceMs = 10_000) {
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), graceMs);
      const result = await ended;
      clearTimeout(timer);
      return result;
    },
  };
  return self;
}

function waitForLine(
  child: ChildProcess,
  self: Child,
  wanted: (line: string) => boolean,
  timeoutMs: number,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const look = (): void => {
      const found = self.stdout().split('\n').slice(0, -1).find(wanted);
      if (found === undefined) return;
      finish();
      resolve(found);
    };
    const fail = (why: string): void => {
      finish();
      reject(new Error(`${why}\nstdout: ${self.stdout()}\nstderr: ${self.stderr()}`));
    };
    const timer = setTimeout(() => fail(`no such line after ${timeoutMs} ms`), timeoutMs);
    const finish = (): void => {
      clearTimeout(timer);
      child.stdout?.off('data', look);
    };
    child.stdout?.on('data', look);
    void self.ended().then((result) => fail(`the program ended (${result}) before the line came`));
    look();
  });
}

/** Runs a program to its end; the exit code is part of the answer, not an error. */
export async function runChild(
  command: string,
  args: readonly string[],
  options: ChildOptions & { readonly timeoutMs?: number } = {},
): Promise<{ code: number | NodeJS.Signals; stdout: string; stderr: string }> {
  const child = startChild(command, args, options);
  const timer = setTimeout(() => child.signal('SIGKILL'), options.timeoutMs ?? 60_000);
  const code = await child.ended();
  clearTimeout(timer);
  return { code, stdout: child.stdout(), stderr: child.stderr() };
}
