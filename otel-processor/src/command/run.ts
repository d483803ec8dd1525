import { VERSION } from '../base/index.ts';
import { commandHelp, commandNames, overview } from './help.ts';
import { type ExitCode, exitCode, type Terminal } from './terminal.ts';

type Command = (args: readonly string[], terminal: Terminal) => Promise<ExitCode>;

/** Commands are loaded when called for: `statbar version` need not wait for the store. */
const commands: Readonly<Record<(typeof commandNames)[number], () => Promise<Command>>> = {
  serve: async () => (await import('./serve.ts')).serveCommand,
  'check-config': async () => (await import('./check-config.ts')).checkConfigCommand,
  query: async () => (await import('./query.ts')).queryCommand,
  views: async () => (await import('./views.ts')).viewsCommand,
  watches: async () => (await import('./watches.ts')).watchesCommand,
  'dead-letters': async () => (await import('./dead-letters.ts')).deadLettersCommand,
  detect: async () => (await import('./detect.ts')).detectCommand,
  backtest: async () => (await import('./backtest.ts')).backtestCommand,
  forecast: async () => (await import('./forecast.ts')).forecastCommand,
  explain: async () => (await import('./explain.ts')).explainCommand,
  test: async () => (await import('./test-files.ts')).testCommand,
  token: async () => (await import('./token.ts')).tokenCommand,
  version: async () => async (_args, terminal) => {
    terminal.out(`statbar ${VERSION} (node ${process.version})\n`);
    return exitCode.ok;
  },
  help: async () => async (args, terminal) => {
    const [name] = args;
    if (name === undefined) terminal.out(overview());
    else if (isCommand(name)) terminal.out(commandHelp(name));
    else return unknownCommand(name, terminal);
    return exitCode.ok;
  },
};

function isCommand(name: string): name is (typeof commandNames)[number] {
  return (commandNames as readonly string[]).includes(name);
}

/** Runs the command that `args` names; never throws for what a user can do wrong. */
export async function runCommand(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const [first, ...rest] = args;
  if (first === undefined || first === '--help' || first === '-h') {
    terminal.out(overview());
    return first === undefined ? exitCode.usage : exitCode.ok;
  }
  const name = first === '--version' || first === '-v' ? 'version' : first;
  if (!isCommand(name)) return unknownCommand(name, terminal);
  if (rest.includes('--help') || rest.includes('-h')) {
    terminal.out(commandHelp(name));
    return exitCode.ok;
  }
  const command = await commands[name]();
  return command(rest, terminal);
}

function unknownCommand(name: string, terminal: Terminal): ExitCode {
  terminal.err(
    `statbar: there is no command ${JSON.stringify(name)}; there are: ${commandNames.join(', ')}\n`,
  );
  return exitCode.usage;
}
