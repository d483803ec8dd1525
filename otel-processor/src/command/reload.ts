import { isDeepStrictEqual } from 'node:util';
import type { App } from '../app.ts';
import { type Fault, isFault, type Logger, permanent } from '../base/index.ts';
import type { Config } from '../config/index.ts';
import { loadConfiguration } from './configuration.ts';
import { loadLookupTables } from './lookup-tables.ts';
import { loadRuleGroups } from './rule-groups.ts';
import type { Terminal } from './terminal.ts';

export interface ReloadPorts {
  /** The file; undefined when the service runs without one. */
  readonly configPath: string | undefined;
  readonly baseDir: string;
  readonly env: Terminal['env'];
  readonly logger: Logger;
}

/**
 * Reads the configuration file again, one reading after the other: views, watches, rule files, alerting
 * and lookup tables are taken, other changes are named and wait for a restart. A file that is wrong changes nothing.
 */
export function createReload(
  started: Config,
  ports: ReloadPorts,
): (app: Pick<App, 'reload'>) => Promise<Fault | undefined> {
  let running: Promise<unknown> = Promise.resolve();
  return (app) => {
    const reloaded = running.then(() => reload(app, started, ports));
    running = reloaded;
    return reloaded;
  };
}

async function reload(
  app: Pick<App, 'reload'>,
  started: Config,
  { configPath, baseDir, env, logger }: ReloadPorts,
): Promise<Fault | undefined> {
  const fresh = configPath === undefined ? started : await loadConfiguration(configPath, env);
  const config = isFault(fresh) ? fresh : inForce(started, fresh);
  const tables = isFault(config) ? config : loadLookupTables(config, baseDir);
  const rules = isFault(config) ? config : loadRuleGroups(config, baseDir);
  const wrong = [config, tables, rules].find((each) => isFault(each));
  if (isFault(config) || isFault(tables) || isFault(rules)) {
    const { message } = wrong as Fault;
    logger.error('the configuration stays as it was', { reason: message });
    return permanent('invalid', message);
  }
  const waiting = isFault(fresh) ? [] : sectionsThatWait(started, fresh);
  await app.reload(config, tables, rules);
  const taken = { views: config.views.length, ruleGroups: rules.length, tables: tables.size };
  logger.info('the configuration was read again', taken);
  if (waiting.length > 0) logger.warn('changes that need a restart', { sections: waiting.join(', ') });
  return undefined;
}

/**
 * What of a new configuration is in force without a restart: its views, its rule files with their intervals, its alerting, and its watches unless
 * there were none at all.
 */
function inForce(started: Config, fresh: Config): Config {
  const { views, watch, watches, alert } = fresh;
  const { external_labels, external_url } = started.rules;
  const rules = { ...fresh.rules, external_labels, external_url };
  return isWatching(started) === isWatching(fresh)
    ? { ...started, views, watch, watches, rules, alert }
    : { ...started, views, rules, alert };
}

function isWatching({ watch, watches }: Config): boolean {
  return watch.enabled || watches.length > 0;
}

function sectionsThatWait(started: Config, fresh: Config): string[] {
  const force = inForce(started, fresh);
  return Object.entries(fresh)
    .filter(([name, section]) => {
      return !isDeepStrictEqual(section, force[name as keyof Config]);
    })
    .map(([name]) => name);
}
