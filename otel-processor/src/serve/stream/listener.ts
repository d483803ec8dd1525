import type { EventRing, StreamEvent } from './event-ring.ts';
import { HEARTBEAT } from './heartbeat.ts';

/** One reader of a stream. It asks for text when it can take some; until then nothing is kept for it. */
export interface Listener {
  /** The next text to send; undefined when the stream is over. */
  next(): Promise<string | undefined>;
  close(): void;
}

export interface ListenerPorts {
  /** Results that were passed over because the reader was slow. */
  onSkip(count: number): void;
  onClose(): void;
}

/** A listener and what its topic tells it. */
export interface ListenerSeat extends Listener {
  /** There is a new event in the ring. */
  wake(): void;
  /** Sends a comment, unless an event is on its way. */
  heartbeat(): void;
  /** Ends the stream from our side. */
  end(): void;
}

/**
 * Starts at the event `from`, replays up to the newest one kept, and from then on always jumps to the newest:
 * who reads slowly gets fewer results, not older ones. `missed` is the number of results already lost.
 */
export function createListener(
  ring: EventRing,
  from: StreamEvent | undefined,
  missed: number,
  ports: ListenerPorts,
): ListenerSeat {
  let position = from?.sequence ?? (ring.latest === undefined ? 0 : ring.latest.sequence + 1);
  let replayEnd = ring.latest?.sequence ?? -1;
  let skipped = missed;
  let waiting: ((text: string | undefined) => void) | undefined;
  let ended = false;
  let first = true;

  const take = (): string | undefined => {
    const latest = ring.latest;
    if (latest === undefined || latest.sequence < position) return undefined;
    let event = position <= replayEnd ? ring.at(position) : latest;
    if (event === undefined) {
      event = latest;
      replayEnd = -1;
    }
    const passed = event.sequence - position;
    if (passed > 0) ports.onSkip(passed);
    skipped += passed;
    position = event.sequence + 1;
    const text = eventText(event, skipped);
    skipped = 0;
    return text;
  };
  const settle = (text: string | undefined): void => {
    const resolve = waiting;
    waiting = undefined;
    resolve?.(text);
  };
  const finish = (): void => {
    if (ended) return;
    ended = true;
    settle(undefined);
    ports.onClose();
  };

  return {
    next() {
      if (ended) return Promise.resolve(undefined);
      if (first) {
        first = false;
        return Promise.resolve(`retry: 1000\n\n${take() ?? ''}`);
      }
      const text = take();
      if (text !== undefined) return Promise.resolve(text);
      return new Promise((resolve) => {
        waiting = resolve;
      });
    },
    wake() {
      if (waiting === undefined) return;
      const text = take();
      if (text !== undefined) settle(text);
    },
    heartbeat: () => settle(HEARTBEAT),
    end: finish,
    close: finish,
  };
}

function eventText(event: StreamEvent, skipped: number): string {
  const tail = skipped > 0 ? `,"skipped":${skipped}}` : '}';
  return `id: ${event.timeMs}\nevent: ${event.kind}\ndata: ${event.openJson}${tail}\n\n`;
}
