import { type ParseArgsConfig, parseArgs } from 'node:util';
import { type ExitCode, exitCode, type Terminal } from './terminal.ts';

type Options = NonNullable<ParseArgsConfig['options']>;

export interface Arguments {
  readonly values: Readonly<Record<string, string | boolean | undefined>>;
  readonly positionals: readonly string[];
}

/**
 * Reads a command line; on a mistake says what and where to look, and returns the exit code. A last positional whose
 * name ends in `...` may be given several times.
 */
export function readArguments(
  command: string,
  args: readonly string[],
  options: Options,
  positionalNames: readonly string[],
  terminal: Terminal,
): Arguments | ExitCode {
  const fail = (message: string): ExitCode => {
    terminal.err(`statbar ${command}: ${message}\nSee: statbar ${command} --help\n`);
    return exitCode.usage;
  };
  let parsed: { values: Record<string, unknown>; positionals: string[] };
  try {
    parsed = parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (error) {
    return fail(error instanceof Error ? error.message.split('. ')[0] : String(error));
  }
  const { positionals } = parsed;
  if (positionals.length > positionalNames.length && positionalNames.at(-1)?.endsWith('...') !== true) {
    return fail(`unexpected argument ${JSON.stringify(positionals[positionalNames.length])}`);
  }
  if (positionals.length < positionalNames.length)
    return fail(`missing ${positionalNames[positionals.length]}`);
  return { values: parsed.values as Arguments['values'], positionals };
}
