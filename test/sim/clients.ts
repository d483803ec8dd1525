import { type Fault, isFault, type Prng } from '../../otel-processor/src/base/index.ts';
import { Batch, type Histogram, LabelSet } from '../../otel-processor/src/model/index.ts';
import type { Ledger } from '../kill/ledger.ts';
import type { World } from './world.ts';

/** One sample as a client knows it. */
interface Row {
  readonly series: string;
  readonly labels: LabelSet;
  readonly timestampMs: number;
  /** What is sent: for a delta the amount. */
  readonly value: number;
  /** What must be stored. */
  readonly stored: number;
  /** Only of a delta. */
  readonly startMs?: number;
  /** Instead of a float; `stored` is its sum. */
  readonly histogram?: Histogram;
}

interface Request {
  readonly rows: readonly Row[];
  inFlight: boolean;
}

/** How far behind the newest sample of its series a sample may be; what comes later is rightly refused. */
const OUT_OF_ORDER_WINDOW_MS = 600_000;

/**
 * A sender in the simulation: it keeps what was not acknowledged, sends it again in whatever order the network
 * likes, and now and then sends something twice although it was acknowledged.
 */
export abstract class SimClient {
  readonly name: string;
  readonly prng: Prng;
  readonly #ledger: Ledger;
  readonly #newestMs = new Map<string, number>();
  #unacknowledged: Request[] = [];
  #acknowledged: Request[] = [];
  /** Raised when the process under test dies: answers of its past life do not count. */
  #life = 0;
  readonly wrong: string[] = [];

  constructor(name: string, ledger: Ledger, prng: Prng) {
    this.name = name;
    this.prng = prng;
    this.#ledger = ledger;
  }

  /** The next samples at the time of the clock, or none yet. */
  protected abstract produce(nowMs: number): readonly Row[];
  /** How many requests may wait for their answer. */
  protected abstract readonly window: number;

  get waiting(): number {
    return this.#unacknowledged.length;
  }

  /** The process is gone; nobody knows what it did with the requests in flight. */
  connectionLost(): void {
    this.#life += 1;
    for (const request of this.#unacknowledged) request.inFlight = false;
  }

  /** Does one thing: sends something new, something again, or something twice. */
  step(world: World, quiet: boolean): void {
    const duplicate = this.#acknowledged[this.prng.integer(0, Math.max(1, this.#acknowledged.length))];
    if (duplicate !== undefined && this.prng.next() < 0.1) this.#send(world, duplicate, true);
    if (!quiet && this.#unacknowledged.length < this.window) {
      const rows = this.produce(world.clock.nowMs());
      for (const row of rows) {
        this.#ledger.sent(row.series, row.timestampMs, row.stored);
        const newestMs = this.#newestMs.get(row.series) ?? Number.NEGATIVE_INFINITY;
        this.#newestMs.set(row.series, Math.max(newestMs, row.timestampMs));
      }
      if (rows.length > 0) this.#unacknowledged.push({ rows, inFlight: false });
    }
    const idle = this.#unacknowledged.filter((request) => !request.inFlight);
    if (idle.length > 0) this.#send(world, idle[this.prng.integer(0, idle.length)]);
  }

  #send(world: World, request: Request, again = false): void {
    if (!again) request.inFlight = true;
    const batch = this.#encode(world, request.rows);
    const life = this.#life;
    void world.pipeline.consume(batch).then((fault) => {
      if (life !== this.#life) return;
      if (!again) request.inFlight = false;
      this.#answered(request, batch, fault, again);
    });
  }

  #encode(world: World, rows: readonly Row[]): Batch {
    const batch = new Batch(rows.length);
    for (const row of rows) {
      const point = batch.pointCount++;
      const seriesId = world.pipeline.resolver.resolve(row.labels);
      if (typeof seriesId !== 'number') {
        batch.rejections.reject(point, seriesId, () => 'simulated');
        continue;
      }
      const index =
        row.histogram === undefined
          ? batch.add(point, seriesId, row.timestampMs, row.value)
          : batch.addHistogram(point, seriesId, row.timestampMs, row.histogram);
      if (row.startMs !== undefined) batch.markDelta(index, row.startMs);
    }
    return batch;
  }

  #answered(request: Request, batch: Batch, fault: Fault | undefined, again: boolean): void {
    if (fault !== undefined && isFault(fault)) {
      if (!fault.retryable) this.wrong.push(`${this.name}: refused for good: ${fault.message}`);
      return;
    }
    request.rows.forEach((row, point) => {
      if (!batch.rejections.has(point)) this.#ledger.acked(row.series, row.timestampMs);
      else if (!again && !this.#mayBeTooOld(row)) {
        this.wrong.push(`${this.name}: ${row.series} at ${row.timestampMs}: ${batch.rejections.message()}`);
      }
    });
    // What is sent again may rightly be refused as late by now; only its first answer counts.
    if (again) return;
    const waiting = this.#unacknowledged.indexOf(request);
    if (waiting < 0) return;
    this.#unacknowledged.splice(waiting, 1);
    this.#acknowledged.push(request);
    if (this.#acknowledged.length > 5) this.#acknowledged.shift();
  }

  #mayBeTooOld(row: Row): boolean {
    return this.#newestMs.get(row.series)! - row.timestampMs > OUT_OF_ORDER_WINDOW_MS;
  }
}

/** Gauges near the present, several requests on the way at once, so that they overtake each other. */
export class GaugeClient extends SimClient {
  protected override readonly window = 4;
  readonly #labels: readonly LabelSet[];
  #lastMs = 0;

  constructor(name: string, ledger: Ledger, prng: Prng, seriesCount: number) {
    super(name, ledger, prng);
    this.#labels = Array.from({ length: seriesCount }, (_, n) =>
      LabelSet.from({ __name__: 'sim_gauge', client: name, n: String(n) }),
    );
  }

  protected override produce(nowMs: number): readonly Row[] {
    if (nowMs <= this.#lastMs) return [];
    this.#lastMs = nowMs;
    return this.#labels.map((labels) => {
      const value = this.prng.next() < 0.5 ? this.prng.integer(-100, 100) : this.prng.normal();
      return { series: labels.toString(), labels, timestampMs: nowMs, value, stored: value };
    });
  }
}

/** Native histograms near the present, overtaking each other as well. */
export class HistogramClient extends SimClient {
  protected override readonly window = 3;
  readonly #labels: LabelSet;
  #lastMs = 0;

  constructor(name: string, ledger: Ledger, prng: Prng) {
    super(name, ledger, prng);
    this.#labels = LabelSet.from({ __name__: 'sim_histogram', client: name });
  }

  protected override produce(nowMs: number): readonly Row[] {
    if (nowMs <= this.#lastMs) return [];
    this.#lastMs = nowMs;
    const labels = this.#labels;
    const buckets = Array.from({ length: this.prng.integer(0, 5) }, () => this.prng.integer(0, 100));
    const histogram: Histogram = {
      schema: 3,
      zeroThreshold: 1e-128,
      zeroCount: 1,
      count: buckets.reduce((sum, count) => sum + count, 1),
      sum: this.prng.next() * 1000,
      positiveSpans: buckets.length > 0 ? [{ offset: this.prng.integer(-5, 5), length: buckets.length }] : [],
      positiveBuckets: buckets,
      negativeSpans: [],
      negativeBuckets: [],
      counterResetHint: 'unknown',
    };
    const row = {
      series: labels.toString(),
      labels,
      timestampMs: nowMs,
      value: 0,
      stored: histogram.sum,
      histogram,
    };
    return [row];
  }
}

/** Old data, loaded in time order as fast as it is taken: its ranges are over when it arrives. */
export class HistoryClient extends SimClient {
  protected override readonly window = 1;
  readonly #labels: LabelSet;
  #timeMs: number;

  constructor(name: string, ledger: Ledger, prng: Prng, startMs: number) {
    super(name, ledger, prng);
    this.#labels = LabelSet.from({ __name__: 'sim_history', client: name });
    this.#timeMs = startMs;
  }

  protected override produce(nowMs: number): readonly Row[] {
    const rows: Row[] = [];
    const labels = this.#labels;
    for (let i = 0; i < 20 && this.#timeMs < nowMs - 60_000; i++) {
      this.#timeMs += this.prng.integer(1, 120_000);
      if (this.#timeMs >= nowMs) break;
      const value = this.prng.integer(0, 1e6) / 100;
      rows.push({ series: labels.toString(), labels, timestampMs: this.#timeMs, value, stored: value });
    }
    return rows;
  }
}

/** Deltas in sequence: what is stored is their running total, begun by a zero. */
export class DeltaClient extends SimClient {
  protected override readonly window = 1;
  readonly #labels: LabelSet;
  readonly #ledgerOfZero: Ledger;
  #total = 0;
  #lastMs = 0;

  constructor(name: string, ledger: Ledger, prng: Prng) {
    super(name, ledger, prng);
    this.#labels = LabelSet.from({ __name__: 'sim_delta_total', client: name });
    this.#ledgerOfZero = ledger;
  }

  protected override produce(nowMs: number): readonly Row[] {
    if (this.#lastMs === 0) {
      this.#lastMs = nowMs;
      // A running total begins with a zero just after the start of its first delta.
      this.#ledgerOfZero.sent(this.#labels.toString(), nowMs + 1, 0);
      return [];
    }
    // A delta of a millisecond would have no room for its zero.
    if (nowMs <= this.#lastMs + 1) return [];
    const delta = this.prng.integer(0, 1000);
    this.#total += delta;
    const labels = this.#labels;
    const row = {
      series: labels.toString(),
      labels,
      timestampMs: nowMs,
      startMs: this.#lastMs,
      value: delta,
      stored: this.#total,
    };
    this.#lastMs = nowMs;
    return [row];
  }
}
