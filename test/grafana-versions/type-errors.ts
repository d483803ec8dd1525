import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface TypeErrorSearch {
  /** Folder of tsconfig.plugins.json and of the compiler. */
  readonly root: string;
  /** Folders or files, absolute. */
  readonly include: readonly string[];
  /** Module names to folders that have their types, instead of those in `node_modules`. */
  readonly paths: Readonly<Record<string, string>>;
  /** For a file of our own. */
  readonly workFolder: string;
}

export interface TypeProblem {
  readonly file: string;
  readonly code: string;
  readonly message: string;
}

/** What the compiler says of the plugins with some packages of another version. Tests are left out. */
export function typeErrors({ root, include, paths, workFolder }: TypeErrorSearch): readonly TypeProblem[] {
  const config = {
    extends: join(root, 'tsconfig.plugins.json'),
    compilerOptions: { paths: Object.fromEntries(Object.entries(paths).map(([name, to]) => [name, [to]])) },
    include,
    exclude: [join(root, '**', '*.test.ts')],
  };
  const path = join(workFolder, 'tsconfig.json');
  writeFileSync(path, JSON.stringify(config));
  const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  let said = '';
  try {
    said = execFileSync(process.execPath, [compiler, '-p', path, '--pretty', 'false'], {
      cwd: root,
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
    });
  } catch (error) {
    said = (error as { stdout?: string }).stdout ?? '';
    if (said === '') throw error;
  }
  return problemsIn(said);
}

function problemsIn(said: string): TypeProblem[] {
  const problems: TypeProblem[] = [];
  for (const line of said.split('\n')) {
    const [, file, code, message] = /^(.+?)\(\d+,\d+\): error (TS\d+): (.*)$/.exec(line) ?? [];
    if (file !== undefined) problems.push({ file, code: code ?? '', message: message ?? '' });
    else if (line.startsWith('error')) problems.push({ file: '', code: '', message: line });
  }
  return problems;
}
