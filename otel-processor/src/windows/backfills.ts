import { formatDuration, type Telemetry } from '../base/index.ts';
import { Backfill, type BackfillPorts } from './backfill.ts';
import type { ViewConfig } from './config.ts';
import type { ViewSet } from './view-set.ts';
import type { ViewOrigin, ViewResult, ViewStatus } from './view-types.ts';

export interface BackfillsPorts extends Omit<BackfillPorts, 'stored'> {
  readonly telemetry: Telemetry;
  /** Series may be wanted now that were not before. */
  wantsMore(): void;
  /** A view was put in: its state should be on disk soon. */
  installed(): void;
  store(result: ViewResult): Promise<void>;
}

/** How often progress is told in the log. */
const TELL_EVERY_MS = 10_000;

/** Computes views over what is stored, one after the other, and tells how far it has come. */
export class Backfills {
  readonly #ports: BackfillsPorts;
  #queue: Backfill[] = [];
  #run: Promise<void> = Promise.resolve();
  readonly #writes = new Set<Promise<void>>();

  constructor(ports: BackfillsPorts) {
    this.#ports = ports;
    ports.telemetry.observed(
      'statbar_view_backfills',
      'Views that are being computed over what is stored, or wait for that.',
      'gauge',
      () => this.#queue.length,
    );
    ports.telemetry.observed(
      'statbar_view_backfill_progress',
      'Share of the stored past that is computed for the view at hand; 1 without one.',
      'gauge',
      () => this.#queue[0]?.progress ?? 1,
    );
  }

  /** Begins with the views that are absent from `views`. */
  start(views: ViewSet): void {
    const nowMs = this.#ports.engine.clock.nowMs();
    this.#queue = views.absent().map(([config, origin]) => this.#create(views, config, origin, nowMs));
    if (this.#queue.length === 0) return;
    this.#ports.wantsMore();
    this.#run = this.#runAll();
  }

  /** Settles when none is running; what is not done is gone. */
  async cancel(): Promise<void> {
    for (const backfill of this.#queue) backfill.cancel();
    await this.#run;
  }

  status(): ViewStatus[] {
    return this.#queue.map(({ view, progress }) => ({ ...view.status(), state: 'backfilling', progress }));
  }

  #create(views: ViewSet, config: ViewConfig, origin: ViewOrigin, nowMs: number): Backfill {
    const view = views.detached(config, origin, (result) => {
      const write = this.#ports.store(result);
      this.#writes.add(write);
      void write.then(() => this.#writes.delete(write));
    });
    return new Backfill(view, nowMs - config.backfill, nowMs, {
      ...this.#ports,
      stored: async () => {
        await Promise.all(this.#writes);
      },
    });
  }

  async #runAll(): Promise<void> {
    const { clock, logger } = this.#ports.engine;
    for (let backfill = this.#queue[0]; backfill !== undefined; backfill = this.#queue[0]) {
      const { name, backfill: lengthMs } = backfill.view.config;
      const current = backfill;
      logger.info('a view is computed over what is stored', { view: name, of: formatDuration(lengthMs) });
      const timer = clock.every(TELL_EVERY_MS, () => {
        logger.info('a view is being computed', { view: name, progress: current.progress.toFixed(3) });
      });
      try {
        await backfill.run();
        if (backfill.isDone) {
          logger.info('a view is computed and live', { view: name, rows: backfill.view.status().eventCount });
        }
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        logger.error('a view could not be computed to the end; it goes live with what it has', {
          view: name,
          reason,
        });
        backfill.giveUp();
      } finally {
        timer.cancel();
      }
      this.#queue.shift();
      if (backfill.isDone) this.#ports.installed();
    }
  }
}
