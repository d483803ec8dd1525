// A shop's metrics for the test, ten minutes of them and one sample a minute, as OTLP in JSON. Numbers are chosen so
// that every value the front end should show can be worked out in the head.

export const minuteMs = 60_000;
export const minutes = 10;
/** Rooms with a thermometer: more than the 20 series from which the query builder proposes a sum. */
export const rooms = 25;
export const traceId = '0af7651916cd43dd8448eb211c80319c';
export const spanId = 'b7ad6b7169203331';

interface Attribute {
  readonly key: string;
  readonly value: { readonly stringValue: string };
}

type Metric = Readonly<Record<string, unknown>>;

const cumulative = 2;

function attributes(labels: Readonly<Record<string, string>>): Attribute[] {
  return Object.entries(labels).map(([key, stringValue]) => ({ key, value: { stringValue } }));
}

function nanos(timeMs: number): string {
  return `${timeMs}000000`;
}

/** One point a minute, at `startMs` and until ten minutes later; `point` is given the minute. */
function everyMinute(
  startMs: number,
  labels: Readonly<Record<string, string>>,
  point: (minute: number) => Metric,
): Metric[] {
  return Array.from({ length: minutes + 1 }, (_, minute) => ({
    attributes: attributes(labels),
    startTimeUnixNano: nanos(startMs - minuteMs),
    timeUnixNano: nanos(startMs + minute * minuteMs),
    ...point(minute),
  }));
}

/** `orders_total`: 10 a minute in the north, 20 in the south. */
function orders(startMs: number): Metric {
  const shop = (name: string, each: number): Metric[] =>
    everyMinute(startMs, { shop: name }, (minute) => ({ asInt: String((minute + 1) * each) }));
  return {
    name: 'orders',
    description: 'Orders taken.',
    sum: {
      aggregationTemporality: cumulative,
      isMonotonic: true,
      dataPoints: [...shop('north', 10), ...shop('south', 20)],
    },
  };
}

/** `room_temperature_celsius`: as many degrees as the room's number. */
function temperatures(startMs: number): Metric {
  const dataPoints = Array.from({ length: rooms }, (_, room) =>
    everyMinute(startMs, { room: `room ${room}` }, () => ({ asDouble: room })),
  ).flat();
  return {
    name: 'room_temperature',
    description: 'Temperature of the air.',
    unit: 'Cel',
    gauge: { dataPoints },
  };
}

/** `request_duration_seconds`, classic: each minute 3 up to 0.1 s, 2 more up to 0.5 s, 1 longer. */
function requests(startMs: number): Metric {
  return {
    name: 'request_duration',
    description: 'Time until the answer.',
    unit: 's',
    histogram: {
      aggregationTemporality: cumulative,
      dataPoints: everyMinute(startMs, { route: '/cart' }, (minute) => ({
        count: String((minute + 1) * 6),
        sum: (minute + 1) * 3,
        explicitBounds: [0.1, 0.5],
        bucketCounts: [3, 2, 1].map((count) => String((minute + 1) * count)),
        exemplars:
          minute === 5
            ? [
                {
                  asDouble: 0.25,
                  timeUnixNano: nanos(startMs + 5 * minuteMs - 10_000),
                  traceId,
                  spanId,
                  filteredAttributes: attributes({ customer: 'c-7' }),
                },
              ]
            : [],
      })),
    },
  };
}

/** `queue_wait_seconds`, native with schema 0: each minute 4 in (1, 2] and 2 in (2, 4]. */
function waits(startMs: number): Metric {
  return {
    name: 'queue_wait',
    description: 'Time in the queue.',
    unit: 's',
    exponentialHistogram: {
      aggregationTemporality: cumulative,
      dataPoints: everyMinute(startMs, { queue: 'mail' }, (minute) => ({
        count: String((minute + 1) * 6),
        sum: (minute + 1) * 12,
        scale: 0,
        zeroCount: '0',
        positive: { offset: 0, bucketCounts: [4, 2].map((count) => String((minute + 1) * count)) },
        negative: { offset: 0, bucketCounts: [] },
      })),
    },
  };
}

/** `disk.usage_bytes` with label `mount.point`: names that want quotes. */
function disks(startMs: number): Metric {
  const disk = (mountPoint: string, usage: number): Metric[] =>
    everyMinute(startMs, { 'mount.point': mountPoint, größe_: 'x' }, () => ({ asInt: String(usage) }));
  return {
    name: 'disk.usage',
    description: 'Space in use.',
    unit: 'By',
    gauge: { dataPoints: [...disk('/', 1000), ...disk('/srv "fast"', 2000)] },
  };
}

/** Body of an export request; the service must be told to keep UTF-8 names. */
export function shopMetrics(startMs: number): Metric {
  const metrics = [orders, temperatures, requests, waits, disks].map((make) => make(startMs));
  return {
    resourceMetrics: [
      {
        resource: { attributes: attributes({ 'service.name': 'shop', 'service.instance.id': 'shop-1' }) },
        scopeMetrics: [{ metrics }],
      },
    ],
  };
}
