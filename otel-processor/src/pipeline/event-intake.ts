import { type Clock, type Fault, isFault } from '../base/index.ts';
import type { EventBatch } from '../model/index.ts';
import type { DeadLetters } from './dead-letters.ts';
import type { Enrichment } from './enrichment/enrichment.ts';

export interface EventIntakePorts {
  readonly clock: Clock;
  decode(kind: number, bytes: Uint8Array, nowMs: number): EventBatch | Fault;
  encode(batch: EventBatch): Uint8Array;
  /** Makes a request durable and hands it to the views: see the view engine. */
  accept(kind: number, bytes: Uint8Array): Promise<EventBatch | Fault>;
  readonly enrichment: Enrichment;
  /** Undefined when they are off. */
  readonly deadLetters: DeadLetters | undefined;
}

/**
 * What happens to a request of events before it is logged. Without enrichment the log has the request as it came;
 * with it, what enrichment made of it: what is masked never reaches the disk, and a replay sees what was seen,
 * whatever became of the tables since. `columnsKind` is the kind of such a record in the log.
 */
export function createEventIntake(
  columnsKind: number,
  ports: EventIntakePorts,
): (kind: number, bytes: Uint8Array) => Promise<EventBatch | Fault> {
  const { enrichment, deadLetters } = ports;
  const noted = (taken: EventBatch | Fault, { refused, rejections }: EventBatch): EventBatch | Fault => {
    if (!isFault(taken)) deadLetters?.note(refused, rejections.points);
    return taken;
  };
  if (enrichment.isEmpty) {
    return async (kind, bytes) => {
      const taken = await ports.accept(kind, bytes);
      return isFault(taken) ? taken : noted(taken, taken);
    };
  }
  return async (kind, bytes) => {
    const batch = ports.decode(kind, bytes, ports.clock.nowMs());
    if (isFault(batch)) return batch;
    enrichment.apply(batch);
    return noted(await ports.accept(columnsKind, ports.encode(batch)), batch);
  };
}
