import { dirname } from 'node:path';
import { createApp } from '../app.ts';
import { isFault, systemClock, Telemetry, VERSION } from '../base/index.ts';
import { type Config, configSchema } from '../config/index.ts';
import type { ServiceAddresses } from '../serve/index.ts';
import { readArguments } from './arguments.ts';
import { readConfiguration } from './configuration.ts';
import { defaultDataDir } from './data-dir.ts';
import { createLogger } from './logger.ts';
import { loadLookupTables } from './lookup-tables.ts';
import { createReload } from './reload.ts';
import { loadRuleGroups } from './rule-groups.ts';
import { type ExitCode, exitCode, type Terminal } from './terminal.ts';

const options = {
  config: { type: 'string' },
  data: { type: 'string' },
  listen: { type: 'string' },
  grpc: { type: 'string' },
  'ready-json': { type: 'boolean' },
} as const;

const WAITING_PERIOD_MS = 500;

export async function serveCommand(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const startTimeMs = systemClock.nowMs();
  const parsed = readArguments('serve', args, options, [], terminal);
  if (typeof parsed === 'number') return parsed;
  const { values } = parsed;
  const read = await readConfiguration(textOf(values['config']), terminal);
  if (typeof read === 'number') return read;
  const config = withAddresses(read, textOf(values['listen']), textOf(values['grpc']), terminal);
  if (typeof config === 'number') return config;
  const dataDir = textOf(values['data']) ?? config.data_dir ?? defaultDataDir(terminal.env, process.platform);
  const configPath = textOf(values['config']);
  const baseDir = configPath === undefined ? process.cwd() : dirname(configPath);
  const ruleGroups = loadRuleGroups(config, baseDir);
  if (isFault(ruleGroups)) {
    terminal.err(`${ruleGroups.message}\n`);
    return exitCode.config;
  }
  const lookupTables = loadLookupTables(config, baseDir);
  if (isFault(lookupTables)) {
    terminal.err(`${lookupTables.message}\n`);
    return exitCode.config;
  }
  const logger = createLogger(config.log.level);
  const telemetry = new Telemetry();
  telemetry
    .gauge('statbar_build_info', 'What this build is.', { version: VERSION, node: process.version })
    .set(1);
  const flags = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)]));
  const reload = createReload(read, { configPath, baseDir, env: terminal.env, logger });
  const app = createApp(
    { config, dataDir, flags, startTimeMs, ruleGroups, lookupTables, reload },
    { clock: systemClock, logger, telemetry },
  );
  if (isFault(app)) {
    terminal.err(`statbar serve: ${app.message}\n`);
    return exitCode.config;
  }
  const stop = terminal.stopRequested(() => terminal.err('statbar: stopped at once\n'));
  terminal.reloadRequested(() => void reload(app));
  const quiet = showWaiting(terminal);
  const addresses = await app.start();
  quiet();
  if (isFault(addresses)) {
    terminal.err(`statbar serve: ${addresses.message}\n`);
    return addresses.code === 'unavailable' ? exitCode.busy : exitCode.failure;
  }
  if (values['ready-json'] === true) {
    terminal.out(`${JSON.stringify({ http: addresses.http, grpc: addresses.grpc })}\n`);
  } else {
    terminal.out(banner(addresses, dataDir, config));
  }
  logger.info('ready', { ...addresses, dataDir, startMs: systemClock.nowMs() - startTimeMs });
  const signal = await stop;
  logger.info('stopping', { signal });
  await app.shutdown();
  logger.info('stopped');
  return exitCode.ok;
}

/** On a terminal, a line that says what a long start is doing; returns what takes it away. */
function showWaiting(terminal: Terminal): () => void {
  if (!terminal.interactive) return () => {};
  const startMs = systemClock.monotonicMs();
  let shown = false;
  const timer = systemClock.every(WAITING_PERIOD_MS, () => {
    shown = true;
    const seconds = Math.round((systemClock.monotonicMs() - startMs) / 1000);
    terminal.err(`\rReading back what was stored: ${seconds} s ...`);
  });
  return () => {
    timer.cancel();
    if (shown) terminal.err('\r\u001b[K');
  };
}

function textOf(value: string | boolean | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** The command line's addresses win over the file's, and are checked by the same rules. */
function withAddresses(
  config: Config,
  listen: string | undefined,
  grpc: string | undefined,
  terminal: Terminal,
): Config | ExitCode {
  for (const [flag, key, text] of [
    ['--listen', 'listen', listen],
    ['--grpc', 'grpc_listen', grpc],
  ] as const) {
    if (text === undefined) continue;
    const checked = configSchema.shape.serve.safeParse({ [key]: text });
    if (!checked.success) {
      terminal.err(`statbar serve: ${flag}: ${checked.error.issues[0].message}\n`);
      return exitCode.usage;
    }
  }
  return {
    ...config,
    serve: {
      ...config.serve,
      listen: listen ?? config.serve.listen,
      grpc_listen: grpc ?? config.serve.grpc_listen,
    },
  };
}

function banner({ http, grpc, secure }: ServiceAddresses, dataDir: string, config: Config): string {
  const base = `${secure ? 'https' : 'http'}://${http}`;
  const token = config.serve.tokens.length > 0 ? '\n  With the header  Authorization: Bearer TOKEN' : '';
  return `StatBar ${VERSION} is ready.

  Send metrics     OTLP/HTTP ${base}    OTLP/gRPC ${grpc}
                   Prometheus remote write ${base}/api/v1/write
  Look at them     ${base}/
  Ask (PromQL)     ${base}/api/v1/query    statbar query 'up'
  Data             ${dataDir}${token}

Stop with Ctrl+C.
`;
}
