import { unreachable } from '../../base/index.ts';
import { LabelSet } from '../../model/index.ts';
import type { SeriesFunction } from '../functions/function-entry.ts';
import type { Evaluation } from './evaluation.ts';
import type { LookTimes } from './look.ts';
import { RangeWindow } from './range-window.ts';
import { ABSENT, createRow, FLOAT, HISTOGRAM, putHistogram, type Row, type RowSink } from './row.ts';
import type { Steps } from './steps.ts';

/** Samples in the windows passed between two looks at the clock: a millisecond or two of a dear function. */
const SAMPLES_PER_LOOK = 50_000;

export interface SlideSettings {
  readonly evaluation: Evaluation;
  readonly steps: Steps;
  readonly look: LookTimes;
  readonly rangeMs: number;
  /** How far samples before a range's start and behind its end are wanted too. */
  readonly beforeMs: number;
  readonly afterMs: number;
  readonly dropName: boolean;
  readonly sink: RowSink;
}

/** Moves a window over one series after the other and hands on a row for each. */
export class Slide {
  readonly settings: SlideSettings;
  readonly window = new RangeWindow();
  readonly row: Row;
  readonly #run: SeriesFunction;
  #any = false;

  constructor(settings: SlideSettings, create: (metricName: () => string) => SeriesFunction) {
    this.settings = settings;
    this.row = createRow(LabelSet.empty, settings.steps.count);
    this.#run = create(() => this.row.labels.metricName ?? '');
  }

  /** Over the series that `window` holds. A promise where that takes so long that the event loop is due. */
  over(labels: LabelSet, dropName: boolean): Promise<void> | undefined {
    this.#begin(labels, dropName);
    const step = this.#advance(0);
    if (step === this.settings.steps.count) {
      this.#end();
      return undefined;
    }
    return this.#continue(step);
  }

  /** The same without a turn of the event loop, for series known to be short. */
  overAtOnce(labels: LabelSet, dropName: boolean): void {
    this.#begin(labels, dropName);
    for (let step = 0; step < this.settings.steps.count; ) step = this.#advance(step);
    this.#end();
  }

  async #continue(from: number): Promise<void> {
    const { evaluation, steps } = this.settings;
    for (let step = from; step < steps.count; step = this.#advance(step)) {
      const pause = evaluation.pause();
      if (pause !== undefined) await pause;
    }
    this.#end();
  }

  #begin(labels: LabelSet, dropName: boolean): void {
    const { row, window } = this;
    row.labels = labels;
    row.dropName = dropName || this.settings.dropName;
    row.histograms = undefined;
    this.#any = false;
    window.restart();
    this.#run.begin?.(window);
  }

  #end(): void {
    if (this.#any) this.settings.sink(this.row);
  }

  /** Fills the row's steps from `from` on, and returns the first that was left for later. */
  #advance(from: number): number {
    const { window, row } = this;
    const run = this.#run;
    const { steps, look, rangeMs, beforeMs, afterMs } = this.settings;
    const { count, startMs, stepMs } = steps;
    const { startMs: lookStartMs, stepMs: lookStepMs } = look;
    const { values, presence } = row;
    let samples = 0;
    let step = from;
    for (; step < count && samples < SAMPLES_PER_LOOK; step++) {
      const endMs = lookStartMs + step * lookStepMs;
      window.moveTo(endMs - rangeMs, endMs, beforeMs, afterMs);
      window.evaluationMs = startMs + step * stepMs;
      if (window.to === window.from && window.histogramTo === window.histogramFrom) {
        presence[step] = ABSENT;
        continue;
      }
      samples += window.to - window.from + HISTOGRAM_COST * (window.histogramTo - window.histogramFrom);
      const kind = run.at(window, step);
      switch (kind) {
        case FLOAT:
          values[step] = window.value;
          presence[step] = FLOAT;
          this.#any = true;
          break;
        case HISTOGRAM:
          putHistogram(row, step, window.histogram!);
          this.#any = true;
          break;
        case ABSENT:
          presence[step] = ABSENT;
          break;
        default:
          unreachable(kind);
      }
    }
    return step;
  }
}

/** By how much a histogram is dearer than a float: it has tens to hundreds of buckets. */
const HISTOGRAM_COST = 100;
