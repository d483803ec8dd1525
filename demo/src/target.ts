import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export interface Target {
  readonly url: string;
  /** Ends the StatBar that was started here; nothing when it ran before. */
  stop(): Promise<void>;
}

const statbar = fileURLToPath(new URL('../../otel-processor/bin/statbar.mjs', import.meta.url));
const dataDir = fileURLToPath(new URL('../../data/demo', import.meta.url));
const configFile = fileURLToPath(new URL('../statbar.yaml', import.meta.url));
const startTimeoutMs = 20_000;

/** StatBar at this address: the one that answers there, or one started for the demo. An error says what to do. */
export async function findOrStart(
  url: string,
  ports: { readonly sleep: (delayMs: number) => Promise<void>; readonly say: (text: string) => void },
): Promise<Target | Error> {
  if (await answers(url)) return { url, stop: async () => {} };
  const { hostname, port, protocol } = new URL(url);
  const isLocal = hostname === '127.0.0.1' || hostname === 'localhost';
  if (!isLocal || protocol !== 'http:') {
    return new Error(
      `nothing answers at ${url}/healthz; the demo starts StatBar itself only on this machine`,
    );
  }
  ports.say(`No StatBar at ${url}: starting one (its data goes to data/demo).`);
  const args = [
    'serve',
    '--listen',
    `127.0.0.1:${port === '' ? '80' : port}`,
    '--data',
    dataDir,
    '--config',
    configFile,
    '--ready-json',
  ];
  const child = spawn(process.execPath, [statbar, ...args], {
    stdio: ['ignore', 'ignore', 'inherit'],
    // Ctrl-C is for the demo first: it flushes its last metrics, then ends the service.
    detached: process.platform !== 'win32',
  });
  const stopOnExit = (): void => void child.kill('SIGTERM');
  process.once('exit', stopOnExit);
  for (let waitedMs = 0; waitedMs < startTimeoutMs; waitedMs += 100) {
    if (child.exitCode !== null) return new Error(`StatBar ended with exit code ${child.exitCode}`);
    if (await answers(url)) {
      return {
        url,
        async stop() {
          process.off('exit', stopOnExit);
          await end(child);
        },
      };
    }
    await ports.sleep(100);
  }
  await end(child);
  return new Error(`StatBar was started but is not ready at ${url} after ${startTimeoutMs / 1000} s`);
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(`${url}/readyz`);
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
}

function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.kill('SIGTERM');
  });
}
