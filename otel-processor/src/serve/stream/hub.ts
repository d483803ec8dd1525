import { type Clock, type Fault, type Logger, retryable, type Telemetry } from '../../base/index.ts';
import type { ServeConfig } from '../config.ts';
import type { TenantDoors } from '../tenant.ts';
import type { EventRing } from './event-ring.ts';
import { createListener, type Listener } from './listener.ts';
import { StreamTopic } from './topic.ts';

export interface StreamRequest {
  readonly tenant: TenantDoors;
  readonly expression: string;
  readonly intervalMs: number;
  /** Evaluation time of the last event that the listener has seen. */
  readonly lastTimeMs: number | undefined;
}

export interface StreamHub {
  /** A listener, or why not: `invalid` when the expression does not parse, `overloaded` at a limit. */
  listen(request: StreamRequest): Promise<Listener | Fault>;
  /** Ends all streams and takes no more. */
  close(): void;
}

export interface StreamPorts {
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  readonly logger: Logger;
}

const RETRY_AFTER_MS = 5000;

/** Evaluates each distinct (tenant, expression, interval) once per interval, however many listen. */
export function createStreamHub(config: ServeConfig['stream'], ports: StreamPorts): StreamHub {
  const topics = new Map<string, StreamTopic>();
  const instruments = createInstruments(ports.telemetry, topics);
  let listeners = 0;
  let closed = false;
  const heartbeat = ports.clock.every(config.heartbeat_interval, () => {
    for (const topic of topics.values()) for (const seat of topic.seats) seat.heartbeat();
  });

  const open = (key: string, request: StreamRequest): StreamTopic => {
    const topic = new StreamTopic(request, config, ports, instruments.evaluations.add, () =>
      topics.delete(key),
    );
    topics.set(key, topic);
    return topic;
  };

  const refusal = (key: string): Fault | undefined => {
    if (closed) return retryable('unavailable', 'shutting down', RETRY_AFTER_MS);
    if (listeners >= config.listeners_max) {
      instruments.refused('listeners_max').add(1);
      return retryable(
        'overloaded',
        `too many listeners (limit: serve.stream.listeners_max, ${config.listeners_max})`,
        RETRY_AFTER_MS,
      );
    }
    if (!topics.has(key) && topics.size >= config.evaluations_max) {
      instruments.refused('evaluations_max').add(1);
      return retryable(
        'overloaded',
        `too many streams (limit: serve.stream.evaluations_max, ${config.evaluations_max})`,
        RETRY_AFTER_MS,
      );
    }
    return undefined;
  };

  return {
    async listen(request) {
      const key = JSON.stringify([request.tenant.name, request.intervalMs, request.expression]);
      const refused = refusal(key);
      if (refused !== undefined) return refused;
      listeners += 1;
      const topic = topics.get(key) ?? open(key, request);
      const fault = await topic.first;
      if (fault !== undefined || closed) {
        listeners -= 1;
        return fault ?? retryable('unavailable', 'shutting down', RETRY_AFTER_MS);
      }
      topic.cancelLinger();
      const { from, missed } = startOf(topic.ring, request);
      const seat = createListener(topic.ring, from, missed, {
        onSkip: (count) => instruments.skipped.add(count),
        onClose: () => {
          listeners -= 1;
          topic.seats.delete(seat);
          if (topic.seats.size === 0) topic.scheduleLinger();
        },
      });
      topic.seats.add(seat);
      return seat;
    },
    close() {
      closed = true;
      heartbeat.cancel();
      for (const topic of [...topics.values()]) topic.stop();
    },
  };
}

function createInstruments(telemetry: Telemetry, topics: ReadonlyMap<string, StreamTopic>) {
  telemetry.observed('statbar_stream_topics', 'Streamed expressions.', 'gauge', () => topics.size);
  telemetry.observed('statbar_stream_listeners', 'Listeners of streams.', 'gauge', () => {
    let count = 0;
    for (const topic of topics.values()) count += topic.seats.size;
    return count;
  });
  return {
    evaluations: {
      add: (outcome: 'result' | 'error' | 'late', amount = 1) =>
        telemetry
          .counter(
            'statbar_stream_evaluations_total',
            'Evaluations of streamed expressions; late: left out because the one before was still running.',
            { outcome },
          )
          .add(amount),
    },
    skipped: telemetry.counter(
      'statbar_stream_skipped_events_total',
      'Results not sent to listeners that read too slowly.',
    ),
    refused: (reason: string) =>
      telemetry.counter('statbar_stream_refused_total', 'Listeners refused at a limit.', { reason }),
  };
}

/** Where a listener begins: after what it has seen, or with the newest event. */
function startOf(ring: EventRing, { lastTimeMs, intervalMs }: StreamRequest) {
  if (lastTimeMs === undefined || ring.oldest === undefined) return { from: ring.latest, missed: 0 };
  const from = ring.after(lastTimeMs);
  if (from === undefined || from !== ring.oldest) return { from, missed: 0 };
  // What lies between the last event seen and the oldest kept is gone; events come one per interval.
  const missed = Math.max(0, Math.round((from.timeMs - lastTimeMs) / intervalMs) - 1);
  return { from, missed };
}
