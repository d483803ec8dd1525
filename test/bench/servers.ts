import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { onPath } from '../support/debian.ts';
import { type Peer, startPeers } from '../support/peers.ts';
import { type Service, type ServiceOptions, startService } from '../support/service.ts';

/** Server on one core, load on another; a machine with one core, or without taskset, runs them unpinned. */
const SERVER_CORE = 0;
const LOAD_CORE = 1;
const canPin = availableParallelism() > 1 && onPath('taskset') !== undefined;

export const serverLauncher: readonly string[] = canPin ? ['taskset', '-c', String(SERVER_CORE)] : [];

/** True when the peers are to be measured too: `npm run bench -- --peers`. */
export const withPeers = process.argv.includes('--peers');

/** Moves this process, all its threads, to the core of the load. */
export function pinLoad(): void {
  if (canPin) spawnSync('taskset', ['-a', '-c', '-p', String(LOAD_CORE), String(process.pid)]);
}

/** Anything that takes remote write and answers PromQL over HTTP. */
export interface Server extends Omit<Peer, 'name'> {
  readonly name: string;
}

export interface StatbarServer extends Server {
  readonly name: 'statbar';
  readonly service: Service;
}

export async function startStatbar(options: ServiceOptions = {}): Promise<StatbarServer> {
  const service = await startService({ launcher: serverLauncher, ...options });
  return {
    name: 'statbar',
    pid: service.pid,
    host: '127.0.0.1',
    port: Number(new URL(service.httpUrl).port),
    writePath: '/api/v1/write',
    queryPath: '/api/v1',
    noCache: '',
    service,
    async stop() {
      await service.stop();
    },
  };
}

/** StatBar, and the peers when they are asked for. */
export async function startServers(options: ServiceOptions = {}): Promise<Server[]> {
  const servers: Server[] = [await startStatbar(options)];
  if (withPeers) servers.push(...(await startPeers({ launcher: serverLauncher })));
  return servers;
}

/** Runs `body` and stops the servers whatever happens. */
export async function withServers<S extends Server, T>(
  servers: readonly S[],
  body: (servers: readonly S[]) => Promise<T>,
): Promise<T> {
  try {
    return await body(servers);
  } finally {
    for (const server of servers) await server.stop();
  }
}
