import { ByteReader, ByteWriter, FaultError, type Logger, permanent } from '../base/index.ts';
import type { EventBatch } from '../model/index.ts';
import type { ViewConfig } from './config.ts';
import { Ratio } from './ratio.ts';
import type { Steps } from './steps.ts';
import { type LateEvent, View, type ViewResult, type ViewStatus } from './view.ts';

export interface ViewSetPorts {
  readonly logger: Logger;
  emit(result: ViewResult): void;
  tooLate(event: LateEvent): void;
}

const STATE_VERSION = 2;

/** All views of a tenant. The state depends on the calls and their arguments only, so that a replay repeats it. */
export class ViewSet {
  readonly #views: View[];
  readonly #ratios: Ratio[];
  readonly #configs: readonly ViewConfig[];
  readonly #ports: ViewSetPorts;

  constructor(configs: readonly ViewConfig[], ports: ViewSetPorts) {
    this.#configs = configs;
    this.#ports = ports;
    this.#ratios = configs.flatMap(({ name, ratio }) =>
      ratio === undefined ? [] : [new Ratio(name, ratio, (result) => ports.emit(result))],
    );
    this.#views = configs.flatMap((config) => (config.ratio === undefined ? [this.#create(config)] : []));
  }

  /** Takes a batch at processing time `nowMs`. */
  consume(batch: EventBatch, nowMs: number): void {
    // What the clock closes before this batch is closed first, whether or not anybody looked in between.
    this.advance(nowMs);
    const newest = new Map<string, number>();
    for (let row = 0; row < batch.count; row++) {
      const known = newest.get(batch.sources[row]);
      if (known === undefined || batch.timestampsMs[row] > known) {
        newest.set(batch.sources[row], batch.timestampsMs[row]);
      }
    }
    for (const view of this.#views) {
      view.consume(batch);
      for (const [source, newestMs] of newest) view.observe(source, newestMs, nowMs);
      view.advance(nowMs);
    }
    this.#forgetHalves();
  }

  /** Lets the clock move. Returns whether any watermark did. */
  advance(nowMs: number): boolean {
    let moved = false;
    for (const view of this.#views) {
      const beforeMs = view.watermarkMs;
      view.advance(nowMs);
      moved ||= view.watermarkMs !== beforeMs;
    }
    if (moved) this.#forgetHalves();
    return moved;
  }

  status(): ViewStatus[] {
    return this.#views.map((view) => view.status());
  }

  has(name: string): boolean {
    return this.#configs.some((config) => config.name === name);
  }

  /** The whole state. Nothing may change between the steps. */
  *encode(writer: ByteWriter): Steps {
    writer.uvarint(STATE_VERSION);
    const named = [
      this.#views.map((view) => ({ name: view.config.name, part: view })),
      this.#ratios.map((ratio) => ({ name: ratio.name, part: ratio })),
    ];
    const bytes = new ByteWriter(64 * 1024);
    for (const parts of named) {
      writer.uvarint(parts.length);
      for (const { name, part } of parts) {
        bytes.clear();
        yield* part.encode(bytes);
        writer.string(name);
        writer.uvarint(bytes.length);
        writer.raw(bytes.view());
        yield;
      }
    }
  }

  /** Into new views. A view whose configuration changed, or is new, starts anew and says so. */
  decode(reader: ByteReader): void {
    const version = reader.uvarint();
    if (version !== STATE_VERSION) {
      throw new FaultError(permanent('unsupported', `state of views in version ${version}`));
    }
    const known = new Set<string>();
    for (let left = reader.uvarint(); left > 0; left--) {
      const name = reader.string();
      const bytes = reader.raw(reader.uvarint());
      known.add(name);
      const at = this.#views.findIndex((view) => view.config.name === name);
      if (at < 0) {
        this.#ports.logger.info('a view was removed; its state is dropped', { view: name });
        continue;
      }
      if (this.#views[at].decode(bytes)) continue;
      this.#ports.logger.warn('a view changed and starts anew', { view: name });
      this.#views[at] = this.#create(this.#views[at].config);
    }
    for (let left = reader.uvarint(); left > 0; left--) {
      const name = reader.string();
      const bytes = reader.raw(reader.uvarint());
      this.#ratios.find((ratio) => ratio.name === name)?.decode(new ByteReader(bytes));
    }
    for (const { config } of this.#views) {
      if (!known.has(config.name))
        this.#ports.logger.info('a view is new and starts empty', { view: config.name });
    }
  }

  #forgetHalves(): void {
    for (const ratio of this.#ratios) {
      const both = this.#views.filter(({ config }) => ratio.parts.includes(config.name));
      ratio.forget(Math.min(...both.map((view) => view.finalUntilMs)));
    }
  }

  #create(config: ViewConfig): View {
    return new View(config, {
      emit: (result) => {
        this.#ports.emit(result);
        for (const ratio of this.#ratios) ratio.take(result);
      },
      tooLate: (event) => this.#ports.tooLate(event),
    });
  }
}
