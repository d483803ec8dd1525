import type { Fault, Logger } from '../base/index.ts';
import { Batch, LabelSet, METRIC_NAME, type SeriesResolver } from '../model/index.ts';
import type { SignalSeat } from './family.ts';

const suffixes = ['expected', 'lower', 'upper', 'anomaly_score'] as const;
const ROWS_MAX = 8192;

export interface DerivedPorts {
  readonly resolver: SeriesResolver;
  readonly logger: Logger;
  /** Stores samples as all others are. */
  write(batch: Batch): Promise<Fault | undefined>;
  /** Counts samples that were written, and those refused. */
  counted(written: number, refused: number): void;
}

/** Writes what is said of signals as the series `x:expected`, `x:lower`, `x:upper` and `x:anomaly_score`. */
export class DerivedSeries {
  readonly #ports: DerivedPorts;
  #batch = new Batch(1024);
  #refused = 0;
  #pending: Promise<unknown> = Promise.resolve();

  constructor(ports: DerivedPorts) {
    this.#ports = ports;
  }

  /** Adds the newest verdict on a signal. Between two steps only the score is news. */
  add({ signal, leaf }: SignalSeat, timeMs: number): void {
    const ids = this.#idsOf(signal, leaf?.labels ?? LabelSet.empty);
    const { expected, lower, upper, score, warm } = signal.latest;
    const scoreOnly = timeMs % signal.stepMs !== 0;
    if (!scoreOnly) {
      this.#row(ids[0], timeMs, expected);
      this.#row(ids[1], timeMs, lower);
      this.#row(ids[2], timeMs, upper);
    }
    if (warm) this.#row(ids[3], timeMs, score);
    if (this.#batch.count >= ROWS_MAX) this.flush();
  }

  /** Adds a sample of `x:forecast`. */
  addForecast({ signal, leaf }: SignalSeat, timeMs: number, value: number): void {
    const labels = (leaf?.labels ?? LabelSet.empty).with(METRIC_NAME, `${signal.name}:forecast`);
    const id = this.#ports.resolver.resolve(labels);
    this.#row(typeof id === 'number' ? id : -1, timeMs, value);
  }

  /** Hands over what was added; does not wait. */
  flush(): void {
    const batch = this.#batch;
    if (batch.count === 0) return;
    this.#batch = new Batch(batch.count);
    const { count } = batch;
    const refused = this.#refused;
    this.#refused = 0;
    this.#pending = this.#ports.write(batch).then((fault) => {
      this.#ports.counted(fault === undefined ? count : 0, refused + (fault === undefined ? 0 : count));
      if (fault !== undefined)
        this.#ports.logger.warn('what is expected of signals could not be stored', { reason: fault.message });
    });
  }

  /** Settles when the last batch has been stored. */
  async settled(): Promise<void> {
    await this.#pending;
  }

  #row(seriesId: number, timeMs: number, value: number): void {
    if (seriesId < 0) this.#refused += 1;
    else if (!Number.isNaN(value)) this.#batch.add(this.#batch.pointCount++, seriesId, timeMs, value);
  }

  #idsOf(signal: SignalSeat['signal'], labels: LabelSet): Float64Array {
    const { resolver } = this.#ports;
    const { outputs } = signal;
    if (outputs !== undefined && signal.outputGeneration === resolver.generation && !outputs.includes(-1))
      return outputs;
    const ids = Float64Array.from(suffixes, (suffix) => {
      const id = resolver.resolve(labels.with(METRIC_NAME, `${signal.name}:${suffix}`));
      return typeof id === 'number' ? id : -1;
    });
    signal.outputs = ids;
    signal.outputGeneration = resolver.generation;
    return ids;
  }
}
