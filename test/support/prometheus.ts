import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startChild } from './child.ts';
import { freePort } from './free-port.ts';
import { createTempDir } from './temp-dir.ts';
import { eventually } from './wait.ts';

export interface Prometheus {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  readonly pid: number;
  stderr(): string;
  stop(): Promise<void>;
}

/** Starts a Prometheus server with this configuration on a free port and settles when it is ready. */
export async function startPrometheus(
  program: string,
  config: string,
  options: {
    readonly args?: readonly string[];
    readonly env?: Readonly<Record<string, string>>;
    readonly launcher?: readonly string[];
  } = {},
): Promise<Prometheus> {
  const temp = createTempDir('prometheus');
  const port = await freePort();
  const configPath = join(temp.path, 'prometheus.yml');
  writeFileSync(configPath, config);
  const command = [
    ...(options.launcher ?? []),
    program,
    `--config.file=${configPath}`,
    `--storage.tsdb.path=${join(temp.path, 'data')}`,
    `--web.listen-address=127.0.0.1:${port}`,
    ...(options.args ?? []),
  ];
  const child = startChild(command[0], command.slice(1), { cwd: temp.path, env: options.env });
  const url = `http://127.0.0.1:${port}`;
  const stop = async (): Promise<void> => {
    await child.stop(5000);
    temp.remove();
  };
  try {
    await eventually(async () => ((await fetch(`${url}/-/ready`)).ok ? true : undefined), {
      what: 'Prometheus is ready',
    });
  } catch (error) {
    await stop();
    throw new Error(`Prometheus did not start: ${child.stderr()}`, { cause: error });
  }
  return { url, pid: child.pid, stderr: () => child.stderr(), stop };
}
