import { setTimeout as sleep } from 'node:timers/promises';
import type { Prng } from '../../otel-processor/src/base/index.ts';
import { type Answer, Connection, type RequestShape } from '../bench/load.ts';
import { encodeLabels, remoteWriteShape, WriteRequestEncoder } from '../bench/remote-write-encoder.ts';
import type { Ledger } from './ledger.ts';

/** One request and the samples that must come of it. */
interface Batch {
  readonly shape: RequestShape;
  readonly body: Uint8Array;
  readonly samples: readonly (readonly [series: string, timestampMs: number, value: number])[];
}

export interface Target {
  readonly host: string;
  readonly port: number;
}

/**
 * A client as the protocols want one: it keeps a batch until it is acknowledged, and sends the very same
 * bytes again after a refusal or a broken connection.
 */
export abstract class Client {
  readonly prng: Prng;
  readonly #ledger: Ledger;
  readonly #pauseMs: number;
  #unacknowledged: Batch | undefined;
  refusals = 0;

  constructor(ledger: Ledger, prng: Prng, pauseMs: number) {
    this.#ledger = ledger;
    this.prng = prng;
    this.#pauseMs = pauseMs;
  }

  protected abstract next(): Batch;

  /** Sends until `signal` is aborted or the connection breaks. Rejects on an answer that must not come. */
  async run(target: Target, signal: AbortSignal): Promise<void> {
    let connection: Connection;
    try {
      connection = await Connection.open(target.host, target.port);
    } catch {
      return;
    }
    try {
      while (!signal.aborted) {
        this.#unacknowledged ??= this.#take();
        const batch = this.#unacknowledged;
        let answer: Answer;
        try {
          answer = await connection.send(batch.shape, batch.body);
        } catch {
          return;
        }
        if (answer.status === 503 || answer.status === 429) {
          this.refusals += 1;
          await sleep(20);
          continue;
        }
        const text = answer.body.toString('utf8');
        if (answer.status < 200 || answer.status > 299 || text.includes('rejected')) {
          throw new Error(`${batch.shape.path} answered ${answer.status}: ${text}`);
        }
        for (const [series, timestampMs] of batch.samples) this.#ledger.acked(series, timestampMs);
        this.#unacknowledged = undefined;
        if (this.#pauseMs > 0) await sleep(this.#pauseMs);
      }
    } finally {
      connection.close();
    }
  }

  #take(): Batch {
    const batch = this.next();
    for (const [series, timestampMs, value] of batch.samples) this.#ledger.sent(series, timestampMs, value);
    return batch;
  }
}

/** How a client's event time moves. */
export interface Pace {
  readonly startMs: number;
  /** From here on time creeps, so that it never gets ahead of the clock. */
  readonly endMs: number;
  /** How often a batch comes hours after the one before, so that block ranges are crossed. */
  readonly leapProbability: number;
  /** Between an answer and the next request. */
  readonly pauseMs: number;
}

function stepMs(prng: Prng, timeMs: number, pace: Pace): number {
  if (timeMs > pace.endMs) return prng.integer(1, 10);
  return prng.next() < pace.leapProbability
    ? prng.integer(1, 4) * LEAP_MS + prng.integer(0, 1000)
    : prng.integer(1, 20_000);
}

const LEAP_MS = 3_600_000;

/** Remote write of several series, samples in order; some clients also send late ones. */
export class RemoteWriteClient extends Client {
  readonly #encoder = new WriteRequestEncoder();
  readonly #series: { name: string; labels: Uint8Array }[] = [];
  readonly #late: boolean;
  readonly #pace: Pace;
  readonly #sentMs = new Set<number>();
  #timeMs: number;
  #leapMs: number;

  constructor(ledger: Ledger, prng: Prng, name: string, late: boolean, pace: Pace) {
    super(ledger, prng, pace.pauseMs);
    this.#timeMs = pace.startMs;
    this.#leapMs = pace.startMs;
    this.#late = late;
    this.#pace = pace;
    for (let i = 0; i < 10; i++) {
      const series = `kill_gauge{client="${name}", n="${i}"}`;
      const labels = encodeLabels({ __name__: 'kill_gauge', client: name, n: String(i) });
      this.#series.push({ name: series, labels });
    }
  }

  protected override next(): Batch {
    const moved = stepMs(this.prng, this.#timeMs, this.#pace);
    this.#timeMs += moved;
    if (moved >= LEAP_MS) this.#leapMs = this.#timeMs;
    this.#sentMs.add(this.#timeMs);
    const times = [this.#timeMs];
    if (this.#late && this.prng.next() < 0.5) {
      // Never before a leap: what is late there lies hours behind.
      const lateMs = this.#timeMs - this.prng.integer(1, 300_000);
      if (lateMs > this.#leapMs && !this.#sentMs.has(lateMs)) {
        this.#sentMs.add(lateMs);
        times.push(lateMs);
      }
    }
    const samples: [string, number, number][] = [];
    for (const { name, labels } of this.#series) {
      for (const timestampMs of times) {
        const value = this.prng.next() < 0.5 ? this.prng.integer(-1000, 1000) : this.prng.normal();
        this.#encoder.add(labels, timestampMs, value);
        samples.push([name, timestampMs, value]);
      }
    }
    return { shape: remoteWriteShape, body: this.#encoder.finish(), samples };
  }
}

const jsonShape = {
  method: 'POST',
  path: '/v1/metrics',
  headers: { 'content-type': 'application/json' },
} as const;

/** OTLP delta counters: what is stored is their running total, so one delta lost or doubled shows for ever. */
export class DeltaClient extends Client {
  readonly #name: string;
  readonly #pace: Pace;
  readonly #totals: number[] = new Array(5).fill(0);
  readonly #startMs: number;
  #timeMs: number;

  constructor(ledger: Ledger, prng: Prng, name: string, pace: Pace) {
    super(ledger, prng, pace.pauseMs);
    this.#name = name;
    this.#startMs = pace.startMs;
    this.#timeMs = pace.startMs;
    this.#pace = pace;
  }

  protected override next(): Batch {
    const first = this.#startMs === this.#timeMs;
    const startMs = this.#timeMs;
    this.#timeMs += stepMs(this.prng, this.#timeMs, this.#pace);
    const samples: [string, number, number][] = [];
    const dataPoints = this.#totals.map((_, n) => {
      const delta = this.prng.integer(0, 100);
      const series = `kill_delta_total{client="${this.#name}", n="${n}"}`;
      // A running total begins with a zero just after the start of its first delta.
      if (first) samples.push([series, startMs + 1, 0]);
      this.#totals[n] += delta;
      samples.push([series, this.#timeMs, this.#totals[n]]);
      return {
        attributes: [attribute('client', this.#name), attribute('n', String(n))],
        startTimeUnixNano: `${startMs}000000`,
        timeUnixNano: `${this.#timeMs}000000`,
        asInt: String(delta),
      };
    });
    return jsonBatch(
      { name: 'kill_delta', sum: { aggregationTemporality: 1, isMonotonic: true, dataPoints } },
      samples,
    );
  }
}

/** OTLP exponential histograms, cumulative. */
export class HistogramClient extends Client {
  readonly #name: string;
  readonly #pace: Pace;
  #timeMs: number;
  #count = 0;
  #sum = 0;

  constructor(ledger: Ledger, prng: Prng, name: string, pace: Pace) {
    super(ledger, prng, pace.pauseMs);
    this.#name = name;
    this.#pace = pace;
    this.#timeMs = pace.startMs;
  }

  protected override next(): Batch {
    this.#timeMs += stepMs(this.prng, this.#timeMs, this.#pace);
    const added = this.prng.integer(1, 10);
    this.#count += added;
    this.#sum += added * this.prng.next();
    const point = {
      attributes: [attribute('client', this.#name), attribute('n', '0')],
      startTimeUnixNano: `${this.#pace.startMs}000000`,
      timeUnixNano: `${this.#timeMs}000000`,
      count: String(this.#count),
      sum: this.#sum,
      scale: 3,
      zeroCount: '0',
      positive: { offset: -4, bucketCounts: ['0', String(this.#count)] },
    };
    const data = { aggregationTemporality: 2, dataPoints: [point] };
    const series = `kill_size{client="${this.#name}", n="0"}`;
    return jsonBatch({ name: 'kill_size', exponentialHistogram: data }, [[series, this.#timeMs, this.#sum]]);
  }
}

function jsonBatch(metric: object, samples: Batch['samples']): Batch {
  const request = { resourceMetrics: [{ scopeMetrics: [{ metrics: [metric] }] }] };
  return { shape: jsonShape, body: Buffer.from(JSON.stringify(request)), samples };
}

function attribute(key: string, stringValue: string): object {
  return { key, value: { stringValue } };
}
