import { readFileSync } from 'node:fs';
import { type Config, defaultConfig, loadConfig, problemText } from '../config/index.ts';
import { type ExitCode, exitCode, type Terminal } from './terminal.ts';

/** The configuration of `path`, or the defaults without one; on mistakes tells all of them. */
export async function readConfiguration(
  path: string | undefined,
  terminal: Terminal,
): Promise<Config | ExitCode> {
  if (path === undefined) return defaultConfig();
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    terminal.err(
      `statbar: cannot read the configuration: ${error instanceof Error ? error.message : String(error)}\n`,
    );
    return exitCode.config;
  }
  const loaded = await loadConfig(text, terminal.env);
  if (loaded.config !== undefined) return loaded.config;
  for (const problem of loaded.problems) terminal.err(`${path}: ${problemText(problem)}\n`);
  return exitCode.config;
}
