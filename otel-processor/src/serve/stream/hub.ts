import {
  type Clock,
  type Fault,
  isFault,
  type Logger,
  retryable,
  type Telemetry,
  type Timer,
} from '../../base/index.ts';
import type { ServeConfig } from '../config.ts';
import type { TenantDoors } from '../tenant.ts';
import { evaluateEvent } from './evaluate-event.ts';
import { createListener, type Listener, type ListenerSeat } from './listener.ts';
import { EventRing } from './topic.ts';

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

interface Topic {
  readonly ring: EventRing;
  readonly seats: Set<ListenerSeat>;
  /** Settles with the first evaluation; an `invalid` one ends the topic. */
  readonly first: Promise<Fault | undefined>;
  stop(): void;
  scheduleLinger(): void;
  cancelLinger(): void;
}

const RETRY_AFTER_MS = 5000;

/** Evaluates each distinct (tenant, expression, interval) once per interval, however many listen. */
export function createStreamHub(config: ServeConfig['stream'], ports: StreamPorts): StreamHub {
  const topics = new Map<string, Topic>();
  const instruments = createInstruments(ports.telemetry, topics);
  let listeners = 0;
  let closed = false;
  const heartbeat = ports.clock.every(config.heartbeat_interval, () => {
    for (const topic of topics.values()) for (const seat of topic.seats) seat.heartbeat();
  });

  const open = (key: string, request: StreamRequest): Topic => {
    const topic = createTopic(request, config, ports, instruments.evaluations.add, () => topics.delete(key));
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

function createInstruments(telemetry: Telemetry, topics: ReadonlyMap<string, Topic>) {
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

function createTopic(
  request: StreamRequest,
  config: ServeConfig['stream'],
  { clock }: StreamPorts,
  count: (outcome: 'result' | 'error' | 'late', amount?: number) => void,
  forget: () => void,
): Topic {
  const { intervalMs } = request;
  const ring = new EventRing(config.replay_events_max, config.replay_size_max);
  const seats = new Set<ListenerSeat>();
  const abort = new AbortController();
  let timer: Timer | undefined;
  let linger: Timer | undefined;
  let stopped = false;

  const stop = (): void => {
    if (stopped) return;
    stopped = true;
    abort.abort();
    timer?.cancel();
    linger?.cancel();
    forget();
    for (const seat of [...seats]) seat.end();
  };
  const evaluate = async (timeMs: number): Promise<Fault | undefined> => {
    const event = await evaluateEvent(request, timeMs, config.series_max, abort.signal);
    if (stopped) return undefined;
    count(event.kind);
    ring.push(timeMs, event.kind, event.openJson);
    for (const seat of seats) seat.wake();
    return event.fault;
  };
  const schedule = (lastMs: number): void => {
    const nowMs = clock.nowMs();
    // Results are for multiples of the interval, so that a restarted stream continues on the same grid.
    const gridMs = Math.floor(nowMs / intervalMs) * intervalMs;
    // A clock that was set back must not silence the stream until the old time comes round again.
    const dueMs = lastMs > nowMs + intervalMs ? gridMs + intervalMs : Math.max(lastMs + intervalMs, gridMs);
    const late = Math.max(0, (dueMs - lastMs) / intervalMs - 1);
    if (late > 0) count('late', late);
    timer = clock.after(Math.max(0, dueMs - nowMs), () => {
      void evaluate(dueMs).then(() => {
        if (!stopped) schedule(dueMs);
      });
    });
  };
  const firstMs = Math.floor(clock.nowMs() / intervalMs) * intervalMs;
  const first = evaluate(firstMs).then((fault) => {
    if (isFault(fault) && fault.code === 'invalid') {
      stop();
      return fault;
    }
    if (!stopped) schedule(firstMs);
    return undefined;
  });
  return {
    ring,
    seats,
    first,
    stop,
    scheduleLinger() {
      linger?.cancel();
      linger = clock.after(config.linger, () => {
        if (seats.size === 0) stop();
      });
    },
    cancelLinger() {
      linger?.cancel();
      linger = undefined;
    },
  };
}
