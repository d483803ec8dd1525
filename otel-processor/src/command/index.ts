export { runCommand } from './run.ts';
export { type ExitCode, exitCode, type Terminal } from './terminal.ts';
