import { codePoints } from './limits.ts';

export type Dict = Readonly<Record<string, unknown>>;

/** Collects what is wrong, with where it is. */
export class Report {
  readonly problems: string[] = [];

  add(at: string, problem: string): void {
    this.problems.push(`${at}: ${problem}`);
  }

  isDict(at: string, value: unknown): value is Dict {
    const ok = typeof value === 'object' && value !== null && !Array.isArray(value);
    if (!ok) this.add(at, 'is not an object');
    return ok;
  }

  /** A text with something in it, of at most so many code points, without halves of surrogate pairs. */
  text(at: string, value: unknown, lengthMax: number): void {
    if (typeof value !== 'string' || value === '') this.add(at, 'must be a text that is not empty');
    else this.length(at, value, lengthMax);
  }

  length(at: string, value: string, lengthMax: number): void {
    const length = codePoints(value);
    if (length > lengthMax) this.add(at, `${length} characters, at most ${lengthMax}`);
    if (!value.isWellFormed()) this.add(at, 'is not well-formed Unicode');
  }

  each(
    at: string,
    value: unknown,
    countMin: number,
    countMax: number,
    check: (at: string, item: Dict) => void,
  ): void {
    if (!Array.isArray(value)) {
      this.add(at, 'is not a list');
      return;
    }
    if (value.length < countMin || value.length > countMax) {
      this.add(at, `${value.length} items, must be ${countMin} to ${countMax}`);
    }
    value.forEach((item: unknown, i) => {
      if (this.isDict(`${at}[${i}]`, item)) check(`${at}[${i}]`, item);
    });
  }
}

/** A text object. */
export function textProblems(
  report: Report,
  at: string,
  value: unknown,
  lengthMax: number,
  only?: 'plain_text',
): void {
  if (!report.isDict(at, value)) return;
  const { type, text } = value;
  if (type !== 'plain_text' && (type !== 'mrkdwn' || only !== undefined)) {
    report.add(`${at}.type`, `${String(type)} is not allowed`);
  }
  report.text(`${at}.text`, text, lengthMax);
}
