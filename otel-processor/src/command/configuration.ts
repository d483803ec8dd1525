import { readFileSync } from 'node:fs';
import { type Fault, isFault, permanent } from '../base/index.ts';
import { type Config, defaultConfig, loadConfig, problemText } from '../config/index.ts';
import { type ExitCode, exitCode, type Terminal } from './terminal.ts';

/** The configuration of `path`, or all its mistakes, one a line. */
export async function loadConfiguration(path: string, env: Terminal['env']): Promise<Config | Fault> {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return permanent('invalid', `statbar: cannot read the configuration: ${why}`);
  }
  const loaded = await loadConfig(text, env);
  if (loaded.config !== undefined) return loaded.config;
  return permanent(
    'invalid',
    loaded.problems.map((problem) => `${path}: ${problemText(problem)}`).join('\n'),
  );
}

/** The configuration of `path`, or the defaults without one; on mistakes tells all of them. */
export async function readConfiguration(
  path: string | undefined,
  terminal: Terminal,
): Promise<Config | ExitCode> {
  if (path === undefined) return defaultConfig();
  const config = await loadConfiguration(path, terminal.env);
  if (!isFault(config)) return config;
  terminal.err(`${config.message}\n`);
  return exitCode.config;
}
