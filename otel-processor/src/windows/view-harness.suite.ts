import { ByteWriter } from '../base/index.ts';
import { EventBatch } from '../model/index.ts';
import { type LateEvent, View, type ViewResult, viewConfigSchema } from './index.ts';

/** One raw event of a test. */
export interface RawEvent {
  readonly name: string;
  readonly timestampMs: number;
  readonly source?: string;
  readonly attributes: Readonly<Record<string, string | number | boolean>>;
}

export interface SeenResult extends Omit<ViewResult, 'each'> {
  /** By `series{labels}` of key and beyond. */
  readonly numbers: ReadonlyMap<string, number>;
}

export function batchOf(events: readonly RawEvent[]): EventBatch {
  const batch = new EventBatch(1);
  for (const { name, timestampMs, source, attributes } of events) {
    batch.add(name, timestampMs, source ?? 's');
    for (const [attribute, value] of Object.entries(attributes)) batch.set(attribute, value);
  }
  return batch;
}

/** The state of a view, in one go. */
export function encodeView(view: View): Uint8Array {
  const writer = new ByteWriter();
  for (const _ of view.encode(writer));
  return writer.finish();
}

/** A view with everything that it emits; restarts on request. */
export class ViewUnderTest {
  readonly seen: SeenResult[] = [];
  readonly late: LateEvent[] = [];
  readonly #config: ReturnType<typeof viewConfigSchema.parse>;
  view: View;

  constructor(config: object) {
    this.#config = viewConfigSchema.parse(config);
    this.view = this.#create();
  }

  feed(events: readonly RawEvent[], nowMs: number): void {
    const batch = batchOf(events);
    this.view.consume(batch);
    const newest = new Map<string, number>();
    for (let row = 0; row < batch.count; row++) {
      const source = batch.sources[row];
      newest.set(source, Math.max(newest.get(source) ?? Number.NEGATIVE_INFINITY, batch.timestampsMs[row]));
    }
    for (const [source, newestMs] of newest) this.view.observe(source, newestMs, nowMs);
    this.view.advance(nowMs);
  }

  /** A crash after a checkpoint: a new view from the old one's bytes. */
  restart(): void {
    const bytes = encodeView(this.view);
    this.view = this.#create();
    if (!this.view.decode(bytes)) throw new Error('the checkpoint was refused');
  }

  /** The last numbers of every window and series, by `start series{labels}`. */
  latest(): Map<string, number> {
    const latest = new Map<string, number>();
    for (const { startMs, numbers } of this.seen) {
      for (const [series, value] of numbers) latest.set(`${startMs} ${series}`, value);
    }
    return latest;
  }

  #create(): View {
    return new View(
      this.#config,
      {
        emit: ({ each, ...result }) => {
          const numbers = new Map<string, number>();
          each((values, series, labels, value) => {
            const pairs = result.labelNames.map((name, i) => `${name}=${values[i]}`);
            for (let i = 0; i < labels.length; i += 2) pairs.push(`${labels[i]}=${labels[i + 1]}`);
            numbers.set(`${series}{${pairs.join()}}`, value);
          });
          this.seen.push({ ...result, numbers });
        },
        tooLate: (event) => this.late.push(event),
      },
      0,
    );
  }
}
