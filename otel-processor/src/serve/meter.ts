import type { Clock, Counter, Distribution, Telemetry } from '../base/index.ts';

/** Counts requests of one route by status, and times them. */
export interface RouteMeter {
  /** `status`: HTTP status code, or the name of a gRPC one. */
  done(status: number | string, startMs: number): void;
}

export function createRouteMeter(
  telemetry: Telemetry,
  clock: Clock,
  door: 'http' | 'grpc',
  route: string,
): RouteMeter {
  const byStatus = new Map<number | string, Counter>();
  let durations: Distribution | undefined;
  return {
    done(status, startMs) {
      // Made at the first request, so that routes nobody uses do not fill the page of metrics.
      durations ??= telemetry.distribution(
        'statbar_request_duration_seconds',
        'Time from the headers of a request to its answer.',
        undefined,
        { door, route },
      );
      let counter = byStatus.get(status);
      if (counter === undefined) {
        counter = telemetry.counter('statbar_requests_total', 'Requests by door, route and status.', {
          door,
          route,
          status: String(status),
        });
        byStatus.set(status, counter);
      }
      counter.add(1);
      durations.observe((clock.monotonicMs() - startMs) / 1000);
    },
  };
}

/** A meter per route, made when first used. `route` is always a pattern of ours, never a path from outside. */
export function createMeters(
  telemetry: Telemetry,
  clock: Clock,
  door: 'http' | 'grpc',
): (route: string) => RouteMeter {
  const meters = new Map<string, RouteMeter>();
  return (route) => {
    let meter = meters.get(route);
    if (meter === undefined) {
      meter = createRouteMeter(telemetry, clock, door, route);
      meters.set(route, meter);
    }
    return meter;
  };
}

export type DoorName = 'otlp_http_protobuf' | 'otlp_http_json' | 'otlp_grpc' | 'remote_write' | 'events';

/** Counts data points taken in, refused ones included, by the door that they came through. */
export type PointMeter = Readonly<Record<DoorName, Counter>>;

export function createPointMeter(telemetry: Telemetry): PointMeter {
  const counter = (door: DoorName): Counter =>
    telemetry.counter(
      'statbar_door_points_total',
      'Data points in answered requests, refused ones included, by door.',
      {
        door,
      },
    );
  return {
    otlp_http_protobuf: counter('otlp_http_protobuf'),
    otlp_http_json: counter('otlp_http_json'),
    otlp_grpc: counter('otlp_grpc'),
    remote_write: counter('remote_write'),
    events: counter('events'),
  };
}
