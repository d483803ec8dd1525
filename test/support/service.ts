import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Child, type ChildOptions, startChild } from './child.ts';
import { root } from './root.ts';
import { createTempDir } from './temp-dir.ts';

export const statbarPath = join(root, 'otel-processor', 'bin', 'statbar.mjs');

export interface ServiceOptions {
  /** Kept after `stop`. Without it the service gets a folder of its own that goes away with it. */
  readonly dataDir?: string;
  /** YAML text of a configuration file. */
  readonly config?: string;
  /** More arguments of `statbar serve`. */
  readonly args?: readonly string[];
  readonly env?: ChildOptions['env'];
  /** Put before the command, for example `['taskset', '-c', '0']`. */
  readonly launcher?: readonly string[];
  /** For Node itself, for example `['--cpu-prof']`. */
  readonly nodeArgs?: readonly string[];
  readonly readyTimeoutMs?: number;
}

export interface Service {
  /** `http://127.0.0.1:PORT` */
  readonly httpUrl: string;
  /** `127.0.0.1:PORT` */
  readonly grpcAddress: string;
  readonly dataDir: string;
  readonly pid: number;
  readonly child: Child;
  /** Drains and ends; the result is the exit code or the signal. */
  stop(): Promise<number | NodeJS.Signals>;
  /** SIGKILL, as a crash would. Data stays if `dataDir` was given. */
  kill(): Promise<void>;
}

/** Starts `statbar serve` on free ports and settles when it says that it is ready. */
export async function startService(options: ServiceOptions = {}): Promise<Service> {
  const temp = createTempDir('service');
  const dataDir = options.dataDir ?? join(temp.path, 'data');
  const args = [
    'serve',
    '--ready-json',
    '--listen',
    '127.0.0.1:0',
    '--grpc',
    '127.0.0.1:0',
    '--data',
    dataDir,
  ];
  if (options.config !== undefined) {
    const path = join(temp.path, 'statbar.yaml');
    writeFileSync(path, options.config);
    args.push('--config', path);
  }
  const command = [
    ...(options.launcher ?? []),
    process.execPath,
    ...(options.nodeArgs ?? []),
    statbarPath,
    ...args,
    ...(options.args ?? []),
  ];
  const child = startChild(command[0], command.slice(1), { cwd: temp.path, env: options.env });
  void child.ended().then(() => temp.remove());
  let ready: { http: string; grpc: string };
  try {
    ready = JSON.parse(
      await child.line((line) => line.startsWith('{"http"'), options.readyTimeoutMs ?? 20_000),
    );
  } catch (error) {
    await child.stop(0);
    throw error;
  }
  return {
    httpUrl: `http://${ready.http}`,
    grpcAddress: ready.grpc,
    dataDir,
    pid: child.pid,
    child,
    stop: () => child.stop(),
    async kill() {
      child.signal('SIGKILL');
      await child.ended();
    },
  };
}
