import type { ViewResult } from './view.ts';

/** Windows whose halves are waited for at once, per ratio. */
const WINDOWS_MAX = 64;

interface Halves {
  /** By key values and labels. */
  readonly numbers: Map<
    string,
    { readonly key: readonly string[]; readonly labels: readonly string[]; a?: number; b?: number }
  >;
  readonly seen: Set<string>;
  revision: number;
}

/**
 * The quotient of two views, key by key and window by window, whenever both have a result for a window. Keys that one
 * of them does not have, and divisions by 0, are left out.
 */
export class Ratio {
  readonly name: string;
  readonly #numerator: string;
  readonly #denominator: string;
  readonly #emit: (result: ViewResult) => void;
  readonly #windows = new Map<string, Halves>();

  constructor(
    name: string,
    [numerator, denominator]: readonly [string, string],
    emit: (result: ViewResult) => void,
  ) {
    this.name = name;
    this.#numerator = numerator;
    this.#denominator = denominator;
    this.#emit = emit;
  }

  /** Takes a result of any view; looks only at its own two. */
  take(result: ViewResult): void {
    const { view, startMs, endMs } = result;
    if (view !== this.#numerator && view !== this.#denominator) return;
    const halves = this.#halvesOf(`${startMs} ${endMs}`);
    halves.seen.add(view);
    result.each((key, series, labels, value) => {
      // Further numbers of a view (bounds, conversions) are not what is divided.
      if (series !== view) return;
      const name = JSON.stringify([key, labels]);
      const entry = halves.numbers.get(name) ?? { key: [...key], labels: [...labels] };
      if (view === this.#numerator) entry.a = value;
      if (view === this.#denominator) entry.b = value;
      halves.numbers.set(name, entry);
    });
    if (!halves.seen.has(this.#numerator) || !halves.seen.has(this.#denominator)) return;
    const whole = [...halves.numbers.values()].filter(
      ({ a, b }) => a !== undefined && b !== undefined && b !== 0,
    );
    if (whole.length === 0) return;
    this.#emit({
      ...result,
      view: this.name,
      revision: halves.revision++,
      keyCount: whole.length,
      each: (visit) => {
        for (const { key, labels, a, b } of whole) visit(key, this.name, labels, a! / b!);
      },
    });
  }

  #halvesOf(window: string): Halves {
    let halves = this.#windows.get(window);
    if (halves === undefined) {
      halves = { numbers: new Map(), seen: new Set(), revision: 0 };
      this.#windows.set(window, halves);
      if (this.#windows.size > WINDOWS_MAX) {
        const [oldest] = this.#windows.keys();
        this.#windows.delete(oldest);
      }
    }
    return halves;
  }
}
