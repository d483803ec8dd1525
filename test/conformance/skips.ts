/** Evaluations that do not pass, by file and line, each with the reason. */
const skips: Readonly<Record<string, Readonly<Record<number, string>>>> = {};

export function skipReason(file: string, line: number): string | undefined {
  return skips[file]?.[line];
}
