/** One step of a script: a line at the left margin, and the indented lines under it. */
export interface Step {
  /** Counted from 1. */
  readonly line: number;
  /** The command line without its comment. */
  readonly text: string;
  /** The indented lines, trimmed, without comments and empty lines. */
  readonly body: readonly string[];
  /** The same lines as they stand in the script. */
  readonly rawBody: readonly string[];
  /** Lines of the script from `line` on that belong to the step: itself, and up to its last body line. */
  readonly lineCount: number;
}

/** Splits a script into steps. Body lines before any command are an error of the script. */
export function parseSteps(text: string): Step[] {
  const steps: { line: number; text: string; body: string[]; rawBody: string[]; lineCount: number }[] = [];
  text.split('\n').forEach((raw, index) => {
    const content = withoutComment(raw);
    if (content.trim() === '') return;
    if (!/^\s/.test(content)) {
      steps.push({ line: index + 1, text: content.trim(), body: [], rawBody: [], lineCount: 1 });
      return;
    }
    const step = steps.at(-1);
    if (step === undefined)
      throw new Error(`line ${index + 1}: an indented line belongs to a command before it`);
    step.body.push(content.trim());
    step.rawBody.push(content);
    step.lineCount = index + 2 - step.line;
  });
  return steps;
}

/** From a `#` outside quotes on. */
function withoutComment(line: string): string {
  let quote = '';
  for (let i = 0; i < line.length; i++) {
    const char = line[i];
    if (quote !== '') {
      if (char === '\\' && quote !== '`') i += 1;
      else if (char === quote) quote = '';
    } else if (char === '"' || char === "'" || char === '`') {
      quote = char;
    } else if (char === '#') {
      return line.slice(0, i).trimEnd();
    }
  }
  return line.trimEnd();
}
