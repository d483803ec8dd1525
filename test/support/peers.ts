import { startChild } from './child.ts';
import { debianProgram } from './debian.ts';
import { freePort } from './free-port.ts';
import { startPrometheus } from './prometheus.ts';
import { createTempDir } from './temp-dir.ts';
import { eventually } from './wait.ts';

/** Another time series database on this machine, to be measured with the same bytes. */
export interface Peer {
  readonly name: 'prometheus' | 'victoria-metrics';
  readonly pid: number;
  readonly host: string;
  readonly port: number;
  /** Where remote write goes. */
  readonly writePath: string;
  /** What its HTTP API starts with. */
  readonly queryPath: string;
  /** Query parameters that switch its result cache off. */
  readonly noCache: string;
  stop(): Promise<void>;
}

export interface PeerOptions {
  /** Put before the command, for example `['taskset', '-c', '0']`. */
  readonly launcher?: readonly string[];
}

/** Debian's Prometheus as a remote write receiver, on one scheduler thread, or why it cannot be had. */
export async function startPrometheusPeer(options: PeerOptions = {}): Promise<Peer | Error> {
  const program = await debianProgram('prometheus', 'prometheus');
  if (program instanceof Error) return program;
  const prometheus = await startPrometheus(program, 'global:\n  scrape_interval: 1h\n', {
    // Samples of one series never arrive late here, but a fleet's history lies in the past.
    args: ['--web.enable-remote-write-receiver', '--storage.tsdb.retention.time=365d'],
    env: { GOMAXPROCS: '1' },
    launcher: options.launcher,
  });
  return {
    name: 'prometheus',
    pid: prometheus.pid,
    host: '127.0.0.1',
    port: Number(new URL(prometheus.url).port),
    writePath: '/api/v1/write',
    queryPath: '/api/v1',
    noCache: '',
    stop: prometheus.stop,
  };
}

/** Debian's single-node VictoriaMetrics on one scheduler thread, or why it cannot be had. */
export async function startVictoriaMetricsPeer(options: PeerOptions = {}): Promise<Peer | Error> {
  const program = await debianProgram('victoria-metrics', 'victoria-metrics');
  if (program instanceof Error) return program;
  const temp = createTempDir('victoria-metrics');
  const port = await freePort();
  const command = [
    ...(options.launcher ?? []),
    program,
    `-storageDataPath=${temp.path}`,
    `-httpListenAddr=127.0.0.1:${port}`,
    '-retentionPeriod=12',
    // Otherwise the newest half minute is hidden from queries.
    '-search.latencyOffset=1ms',
  ];
  const child = startChild(command[0], command.slice(1), { cwd: temp.path, env: { GOMAXPROCS: '1' } });
  const stop = async (): Promise<void> => {
    await child.stop(10_000);
    temp.remove();
  };
  try {
    await eventually(async () => ((await fetch(`http://127.0.0.1:${port}/health`)).ok ? true : undefined), {
      what: 'VictoriaMetrics is ready',
    });
  } catch (error) {
    await stop();
    throw new Error(`VictoriaMetrics did not start: ${child.stderr()}`, { cause: error });
  }
  return {
    name: 'victoria-metrics',
    pid: child.pid,
    host: '127.0.0.1',
    port,
    writePath: '/api/v1/write',
    queryPath: '/api/v1',
    noCache: '&nocache=1',
    stop,
  };
}

/** Every peer that can be had here; says loudly which cannot. */
export async function startPeers(options: PeerOptions = {}): Promise<Peer[]> {
  const peers: Peer[] = [];
  for (const start of [startPrometheusPeer, startVictoriaMetricsPeer]) {
    const peer = await start(options);
    if (peer instanceof Error) console.error(`PEER NOT MEASURED: ${peer.message}`);
    else peers.push(peer);
  }
  return peers;
}
