import type { Clock, Telemetry } from '../base/index.ts';
import { type AttributeValue, EventBatch, type RefusedEvent } from '../model/index.ts';
import type { Enrichment } from './enrichment/enrichment.ts';
import { TokenBucket } from './token-bucket.ts';

/** Where dead letters are kept: see the store's capped log. */
export interface DeadLetterSink {
  /** False when there is no room for it at present. */
  append(line: string): boolean;
}

export interface DeadLetterPorts {
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  readonly sink: DeadLetterSink;
  /** Masks a refused event as it would have masked it had it been taken. */
  readonly enrichment: Enrichment;
}

/** What is kept of one refused event. */
const TEXT_LENGTH_MAX = 256;
const ATTRIBUTES_MAX = 64;

/** Keeps refused events with the reason, masked and shortened, so many a second; the others are only counted. */
export class DeadLetters {
  readonly #ports: DeadLetterPorts;
  readonly #bucket: TokenBucket;
  readonly #kept;
  readonly #omitted;

  constructor(perSecond: number, ports: DeadLetterPorts) {
    this.#ports = ports;
    this.#bucket = new TokenBucket(perSecond, perSecond, ports.clock.monotonicMs());
    const { telemetry } = ports;
    this.#kept = telemetry.counter(
      'statbar_dead_letters_total',
      'Refused events that were kept as dead letters.',
    );
    const omitted = (limit: string) =>
      telemetry.counter(
        'statbar_dead_letters_omitted_total',
        'Refused events that were not kept as dead letters, by the limit that they went over.',
        { limit },
      );
    this.#omitted = { request: omitted('request'), rate: omitted('per_second'), disk: omitted('disk') };
  }

  /** Takes what one request had of refused events; `count` of them in all. */
  note(refused: readonly RefusedEvent[], count: number): void {
    this.#omitted.request.add(Math.max(0, count - refused.length));
    const { clock, sink } = this.#ports;
    for (const event of refused) {
      if (!this.#bucket.take(clock.monotonicMs())) this.#omitted.rate.add(1);
      else if (sink.append(this.#lineOf(event))) this.#kept.add(1);
      else this.#omitted.disk.add(1);
    }
  }

  #lineOf({ reason, message, name, timestampMs, id, source, attributes }: RefusedEvent): string {
    const batch = new EventBatch(1);
    batch.add('', 0, '');
    for (const [attribute, value] of attributes.slice(0, ATTRIBUTES_MAX)) {
      batch.set(attribute.slice(0, TEXT_LENGTH_MAX), shortened(value));
    }
    this.#ports.enrichment.apply(batch);
    return JSON.stringify({
      receivedMs: this.#ports.clock.nowMs(),
      reason,
      message,
      event: {
        name: shortened(name ?? null),
        timestampMs: timestampMs ?? null,
        id: id === undefined ? null : shortened(id),
        source: source === undefined ? null : shortened(source),
        attributes: batch.attributesOf(0),
      },
    });
  }
}

function shortened(value: unknown): AttributeValue {
  if (typeof value === 'number' || typeof value === 'boolean') return value;
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
  return text.length <= TEXT_LENGTH_MAX
    ? text
    : `${text.slice(0, TEXT_LENGTH_MAX)}... (${text.length} characters)`;
}
