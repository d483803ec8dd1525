import { statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type Fault, isFault, permanent } from '../base/index.ts';
import {
  type DetectorMethod,
  defaultProfile,
  detectorMethod,
  detectorMethods,
  groupDetectorMethods,
  type SignalProfile,
} from '../detect/index.ts';
import { readArguments } from './arguments.ts';
import { detectFile } from './detect-file.ts';
import { type InputFile, inputFiles } from './input-files.ts';
import { Progress } from './progress.ts';
import { type ExitCode, exitCode, type Terminal } from './terminal.ts';

const options = {
  in: { type: 'string' },
  out: { type: 'string' },
  method: { type: 'string' },
  direction: { type: 'string' },
  'alerts-per-week': { type: 'string' },
  'time-zone': { type: 'string' },
} as const;

const directions = ['above', 'below', 'both'] as const;

interface Request {
  readonly inPath: string;
  readonly outPath: string;
  readonly method: DetectorMethod;
  readonly profile: SignalProfile;
}

/** `statbar detect`: files of signals in, the same files with scores out. */
export async function detectCommand(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const parsed = readArguments('detect', args, options, [], terminal);
  if (typeof parsed === 'number') return parsed;
  const progress = new Progress(terminal);
  const fail = (message: string, code: ExitCode): ExitCode => {
    progress.clear();
    terminal.err(`statbar detect: ${message}\n`);
    return code;
  };
  const request = requestOf(parsed.values);
  if (isFault(request)) return fail(request.message, exitCode.usage);
  const files = inputFiles(request.inPath);
  if (isFault(files)) return fail(files.message, exitCode.failure);
  const { method, profile } = request;
  let rows = 0;
  let alerts = 0;
  for (const [index, file] of files.entries()) {
    const share = index / files.length;
    progress.show(share, file.name);
    const outPath = outPathOf(request, file);
    const done = await detectFile(file.path, outPath, method.create(profile), (rowsSoFar) =>
      progress.show(share, `${file.name}: ${rowsSoFar} rows`),
    );
    if (isFault(done)) return fail(done.message, exitCode.failure);
    rows += done.rows;
    alerts += done.alerts;
  }
  progress.clear();
  const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;
  terminal.err(
    `${plural(files.length, 'file')}, ${plural(rows, 'row')}, ${plural(alerts, 'alert')}: ${request.outPath}\n`,
  );
  return exitCode.ok;
}

function requestOf(values: Readonly<Record<string, string | boolean | undefined>>): Request | Fault {
  const { in: inPath, out: outPath } = values;
  if (inPath === undefined) return permanent('invalid', 'missing --in FILE or --in DIR');
  if (outPath === undefined) return permanent('invalid', 'missing --out FILE or --out DIR');
  const name = String(values['method'] ?? detectorMethods[0].name);
  const method = detectorMethod(name);
  if (method === undefined) {
    const names = detectorMethods.map((known) => known.name).join(', ');
    const groups = groupDetectorMethods.map((known) => known.name).join(', ');
    const known = `there are: ${names}; and for groups of signals, in \`watches\` of a service: ${groups}`;
    return permanent('invalid', `--method: there is no ${JSON.stringify(name)} for a file; ${known}`);
  }
  const direction = directions.find((known) => known === (values['direction'] ?? 'both'));
  if (direction === undefined) {
    return permanent('invalid', `--direction: expected ${directions.join(', ')}`);
  }
  const alertsPerWeek = Number(values['alerts-per-week'] ?? defaultProfile.alertsPerWeek);
  if (!(alertsPerWeek > 0 && alertsPerWeek <= 1000)) {
    return permanent('invalid', '--alerts-per-week: expected a number over 0, at most 1000');
  }
  const timeZone = String(values['time-zone'] ?? defaultProfile.timeZone);
  if (!isTimeZone(timeZone)) {
    return permanent(
      'invalid',
      `--time-zone: there is no ${JSON.stringify(timeZone)} (expected for example Europe/Paris)`,
    );
  }
  return {
    inPath: String(inPath),
    outPath: String(outPath),
    method,
    profile: { ...defaultProfile, direction, alertsPerWeek, timeZone },
  };
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** For a folder the same relative paths; for a file the named one, or its own name in the named folder. */
function outPathOf({ inPath, outPath }: Request, file: InputFile): string {
  if (isFolder(inPath) || isFolder(outPath) || outPath.endsWith('/')) {
    return join(outPath, `${isFolder(inPath) ? file.name : basename(file.name)}.csv`);
  }
  return outPath;
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
