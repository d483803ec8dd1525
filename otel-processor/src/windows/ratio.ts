import type { ByteReader, ByteWriter } from '../base/index.ts';
import type { ResultKind } from './operator-types.ts';
import type { Steps } from './steps.ts';
import { storedAs } from './view-source.ts';
import type { ViewResult } from './view-types.ts';

/** Windows whose halves are waited for at once, per ratio; of more, the one that waited longest is given up. */
const WINDOWS_MAX = 1024;

/** How far the result of a window has come: not there, early, on time (or corrected since), final. */
const NOTHING = 0;
const EARLY = 1;
const ON_TIME = 2;
const FINAL = 3;
type Stage = 0 | 1 | 2 | 3;

interface Entry {
  readonly key: readonly string[];
  readonly labels: readonly string[];
  /** Of the numerator and the denominator. */
  readonly values: [number | undefined, number | undefined];
}

interface Halves {
  readonly endMs: number;
  /** By key values and labels. */
  readonly numbers: Map<string, Entry>;
  readonly stages: [Stage, Stage];
  /** Of what was sent last. */
  sent: Stage;
  revision: number;
}

export interface RatioPorts {
  /** Whether one of the views corrects its results. */
  readonly corrected: boolean;
  emit(result: ViewResult): void;
  /** A window's half was given up because too many waited. */
  gaveUp(): void;
}

/**
 * The quotient of two views, key by key and window by window, whenever both have a result for a window. Keys that one
 * of them does not have, and divisions by 0, are left out. A result is on time, or final, when both halves are: what
 * is stored depends on nothing that was early, so that it is the same after a crash.
 */
export class Ratio {
  readonly name: string;
  readonly parts: readonly [string, string];
  readonly #ports: RatioPorts;
  readonly #windows = new Map<string, Halves>();

  constructor(name: string, parts: readonly [string, string], ports: RatioPorts) {
    this.name = name;
    this.parts = parts;
    this.#ports = ports;
  }

  /** Takes a result of any view; looks only at its own two. */
  take(result: ViewResult): void {
    for (const side of [0, 1] as const) if (this.parts[side] === result.view) this.#takeHalf(result, side);
  }

  /** Windows that end by then are final in both views: what is not there now will not come. */
  forget(finalUntilMs: number): void {
    for (const [window, { endMs }] of this.#windows) {
      if (endMs <= finalUntilMs) this.#windows.delete(window);
    }
  }

  *encode(writer: ByteWriter): Steps {
    writer.string(JSON.stringify(this.parts));
    writer.uvarint(this.#windows.size);
    for (const [window, { endMs, numbers, stages, sent, revision }] of this.#windows) {
      writer.string(window);
      writer.float64(endMs);
      for (const number of [...stages, sent, revision, numbers.size]) writer.uvarint(number);
      for (const { key, labels, values } of numbers.values()) {
        for (const texts of [key, labels]) {
          writer.uvarint(texts.length);
          for (const text of texts) writer.string(text);
        }
        for (const value of values) {
          writer.uint8(value === undefined ? 0 : 1);
          if (value !== undefined) writer.float64(value);
        }
      }
      yield;
    }
  }

  /** Into a new ratio. False when the state is of other views: then the ratio starts anew. */
  decode(reader: ByteReader): boolean {
    if (reader.string() !== JSON.stringify(this.parts)) return false;
    const readTexts = (): string[] => Array.from({ length: reader.uvarint() }, () => reader.string());
    const readValue = (): number | undefined => (reader.uint8() === 1 ? reader.float64() : undefined);
    for (let left = reader.uvarint(); left > 0; left--) {
      const window = reader.string();
      const endMs = reader.float64();
      const stages: [Stage, Stage] = [reader.uvarint() as Stage, reader.uvarint() as Stage];
      const sent = reader.uvarint() as Stage;
      const revision = reader.uvarint();
      const numbers = new Map<string, Entry>();
      for (let n = reader.uvarint(); n > 0; n--) {
        const [key, labels] = [readTexts(), readTexts()];
        numbers.set(JSON.stringify([key, labels]), { key, labels, values: [readValue(), readValue()] });
      }
      this.#windows.set(window, { endMs, numbers, stages, sent, revision });
    }
    return true;
  }

  #takeHalf(result: ViewResult, side: 0 | 1): void {
    const { view, startMs, endMs, kind } = result;
    const halves = this.#halvesOf(`${startMs} ${endMs}`, endMs);
    // When corrections are sent depends on the clock: before the result on time they would be part of it by chance.
    // The final result has them.
    if (kind === 'late' && halves.sent < ON_TIME) return;
    const { numbers, stages } = halves;
    if (kind === 'on_time' || kind === 'final')
      for (const { values } of numbers.values()) values[side] = undefined;
    result.each((key, series, labels, value) => {
      // Further numbers of a view (bounds, conversions) are not what is divided.
      if (series !== view) return;
      const name = JSON.stringify([key, labels]);
      let entry = numbers.get(name);
      if (entry === undefined) {
        entry = { key: [...key], labels: [...labels], values: [undefined, undefined] };
        numbers.set(name, entry);
      }
      entry.values[side] = value;
    });
    stages[side] = kind === 'early' ? EARLY : kind === 'final' ? FINAL : ON_TIME;
    if (stages[0] !== NOTHING && stages[1] !== NOTHING) this.#send(result, halves);
  }

  #send(result: ViewResult, halves: Halves): void {
    const stage = Math.min(...halves.stages) as Stage;
    const kind = kindOf(stage, halves.sent);
    const wasOnTime = halves.sent >= ON_TIME;
    halves.sent = stage;
    const whole = [...halves.numbers.values()].filter(
      ({ values: [a, b] }) => a !== undefined && b !== undefined && b !== 0,
    );
    if (whole.length === 0) return;
    this.#ports.emit({
      ...result,
      view: this.name,
      kind,
      storedAs: storedAs(kind, this.#ports.corrected, wasOnTime),
      revision: halves.revision++,
      isFinal: kind === 'final',
      keyCount: whole.length,
      each: (visit) => {
        for (const { key, labels, values } of whole) visit(key, this.name, labels, values[0]! / values[1]!);
      },
    });
  }

  #halvesOf(window: string, endMs: number): Halves {
    let halves = this.#windows.get(window);
    if (halves === undefined) {
      halves = { endMs, numbers: new Map(), stages: [NOTHING, NOTHING], sent: NOTHING, revision: 0 };
      this.#windows.set(window, halves);
      if (this.#windows.size > WINDOWS_MAX) {
        const [oldest] = this.#windows.keys();
        this.#windows.delete(oldest);
        this.#ports.gaveUp();
      }
    }
    return halves;
  }
}

function kindOf(stage: Stage, sent: Stage): ResultKind {
  if (stage === EARLY) return 'early';
  if (stage === FINAL) return 'final';
  return sent < ON_TIME ? 'on_time' : 'late';
}
