import { LabelSet, METRIC_NAME } from '../model/index.ts';
import { labelNameOf, type ResultKind, type ViewResult } from '../windows/index.ts';
import { printLabels, printNumber } from './print.ts';

/** What a window's results have come to. */
export interface SeenWindow {
  readonly kind: ResultKind;
  readonly revision: number;
  readonly completeness: number;
  /** Value by series, as a script writes them; those that a correction left alone included. */
  readonly numbers: Map<string, string>;
}

/** What views have emitted, by view and by the end of the window. */
export class ViewResults {
  readonly #windows = new Map<string, Map<number, SeenWindow>>();

  clear(): void {
    this.#windows.clear();
  }

  take(result: ViewResult): void {
    const { view, endMs, kind, revision, completeness } = result;
    const windows = this.#windows.get(view) ?? new Map<number, SeenWindow>();
    this.#windows.set(view, windows);
    const numbers = windows.get(endMs)?.numbers ?? new Map<string, string>();
    const names = result.labelNames.map(labelNameOf);
    result.each((values, series, labels, value) => {
      const pairs: Array<[string, string]> = names.map((name, i) => [name, values[i]]);
      for (let i = 0; i < labels.length; i += 2) pairs.push([labels[i], labels[i + 1]]);
      pairs.push([METRIC_NAME, series]);
      numbers.set(printLabels(LabelSet.of(pairs)), printNumber(value));
    });
    windows.set(endMs, { kind, revision, completeness, numbers });
  }

  /** The window of a view that ends at `endMs`; undefined when nothing was emitted for it. */
  window(view: string, endMs: number): SeenWindow | undefined {
    return this.#windows.get(view)?.get(endMs);
  }

  /** Ends of the windows that a view has emitted, ascending. */
  endsOf(view: string): readonly number[] {
    return [...(this.#windows.get(view)?.keys() ?? [])].sort((a, b) => a - b);
  }
}
