import { Worker } from 'node:worker_threads';
import type { Clock, Counters, Logger } from '../base/index.ts';
import { type Paint, svgPng } from './png.ts';
import { chartSvg } from './svg.ts';

export interface PainterPorts {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly counters: Counters;
}

export interface PainterOptions {
  /** Module of the worker. */
  readonly module: URL;
  /** Charts that wait for the worker; more are drawn here. */
  readonly queueMax: number;
  /** A worker that has not drawn a chart for so long is given up. */
  readonly timeoutMs: number;
  /** After a worker was given up, charts are drawn here for so long. */
  readonly restMs: number;
}

export const defaultPainterOptions: PainterOptions = {
  module: new URL('./png-worker.ts', import.meta.url),
  queueMax: 500,
  timeoutMs: 30_000,
  restMs: 60_000,
};

/** What the worker is asked, and what it answers. */
export interface PaintJob {
  readonly id: number;
  readonly svg: string;
}
export type PaintAnswer =
  | { readonly id: number; readonly png: Uint8Array<ArrayBuffer> }
  | { readonly id: number; readonly problem: string };

interface Waiting {
  readonly sinceMs: number;
  readonly done: (png: Uint8Array) => void;
  readonly failed: (error: unknown) => void;
  readonly svg: string;
}

/**
 * Draws charts in a thread of its own: encoding a picture takes some milliseconds, and in a storm hundreds are wanted while
 * buttons that people press have to be answered. What the thread cannot do is done here.
 */
export class Painter {
  readonly #ports: PainterPorts;
  readonly #options: PainterOptions;
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | undefined;
  #lastId = 0;
  #restsUntilMs = Number.NEGATIVE_INFINITY;
  #lastAnswerMs = 0;
  #isWatched = false;
  #stopped = false;

  constructor(ports: PainterPorts, options: PainterOptions = defaultPainterOptions) {
    this.#ports = ports;
    this.#options = options;
  }

  readonly paint: Paint = async (chart, theme) => {
    const { counters } = this.#ports;
    const svg = chartSvg(chart, theme);
    if (this.#waiting.size >= this.#options.queueMax) {
      counters.add('statbar_chat_limit_total', 'charts_waiting');
      return svgPng(svg);
    }
    const worker = this.#workerNow();
    if (worker === undefined) {
      counters.add('statbar_chat_charts_drawn_inline_total', this.#stopped ? 'stopped' : 'no_worker');
      return svgPng(svg);
    }
    return new Promise((done, failed) => {
      const id = ++this.#lastId;
      this.#waiting.set(id, { sinceMs: this.#ports.clock.monotonicMs(), done, failed, svg });
      const job: PaintJob = { id, svg };
      worker.postMessage(job);
      this.#watch();
    });
  };

  /** What still waits is drawn here. */
  async stop(): Promise<void> {
    this.#stopped = true;
    const worker = this.#worker;
    this.#worker = undefined;
    this.#drawWaiting();
    await worker?.terminate();
  }

  #workerNow(): Worker | undefined {
    if (this.#worker !== undefined || this.#stopped) return this.#worker;
    if (this.#ports.clock.monotonicMs() < this.#restsUntilMs) return undefined;
    try {
      const worker = new Worker(this.#options.module);
      // Nothing that is still to be drawn keeps the process from ending.
      worker.unref();
      worker.on('message', (answer: PaintAnswer) => this.#take(answer));
      worker.on('error', (error) => this.#giveUp(worker, String(error)));
      worker.on('exit', (code) => this.#giveUp(worker, `it ended with ${code}`));
      this.#worker = worker;
      return worker;
    } catch (error) {
      this.#rest(String(error));
      return undefined;
    }
  }

  #take(answer: PaintAnswer): void {
    const job = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    this.#lastAnswerMs = this.#ports.clock.monotonicMs();
    if ('png' in answer) job?.done(answer.png);
    else job?.failed(new Error(answer.problem));
  }

  /** One timer for all that waits. */
  #watch(): void {
    if (this.#isWatched) return;
    this.#isWatched = true;
    const { clock } = this.#ports;
    clock.after(this.#options.timeoutMs, () => {
      this.#isWatched = false;
      const [oldest] = this.#waiting.values();
      if (oldest === undefined || this.#worker === undefined) return;
      const quietMs = clock.monotonicMs() - Math.max(oldest.sinceMs, this.#lastAnswerMs);
      if (quietMs >= this.#options.timeoutMs) this.#giveUp(this.#worker, 'it does not answer');
      else this.#watch();
    });
  }

  #giveUp(worker: Worker, reason: string): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    this.#rest(reason);
    void worker.terminate();
    this.#drawWaiting();
  }

  #rest(reason: string): void {
    this.#restsUntilMs = this.#ports.clock.monotonicMs() + this.#options.restMs;
    this.#ports.logger.warn('the thread that draws charts is lost: for now they are drawn without it', {
      reason,
    });
  }

  #drawWaiting(): void {
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { svg, done, failed } of waiting) {
      this.#ports.counters.add('statbar_chat_charts_drawn_inline_total', 'worker_lost');
      svgPng(svg).then(done, failed);
    }
  }
}
