import { EventGenerator, eventShape, eventViews } from './event-data.ts';
import { alternate, cpuRates, measure, processRssBytes, quiet, spreadOf } from './harness.ts';
import { drive } from './load.ts';
import { figure, publish, single } from './report.ts';
import { pinLoad, startStatbar, withServers } from './servers.ts';

/**
 * Events end to end: JSON, 1,000 a request, 4 senders, log and fdatasync before the answer, three views with early
 * results. Event time runs at 20 k events a second, up to the present.
 */
const ROUNDS = 3;
const LANES = 4;
const REQUESTS_PER_LANE = 40;
const EVENTS_PER_REQUEST = 1000;
const SPAN_MS = (EVENTS_PER_REQUEST * LANES) / 20;

pinLoad();
const generator = new EventGenerator(7);
await withServers([await startStatbar({ config: eventViews })], async ([server]) => {
  let endMs = Date.now() - (ROUNDS + 2) * REQUESTS_PER_LANE * SPAN_MS;
  let eventBytes = 0;
  const latencies: number[] = [];
  const round = async (_round: number) => {
    const lanes: Buffer[][] = Array.from({ length: LANES }, () => []);
    for (let i = 0; i < REQUESTS_PER_LANE; i++) {
      endMs += SPAN_MS;
      lanes.forEach((lane, at) => {
        lane.push(generator.request(EVENTS_PER_REQUEST, `web-${at}`, endMs, SPAN_MS));
      });
    }
    eventBytes = lanes[0][0].length / EVENTS_PER_REQUEST;
    return measure(
      async () => {
        const { latenciesMs } = await drive(server, eventShape, lanes);
        latencies.push(...latenciesMs);
        return LANES * REQUESTS_PER_LANE * EVENTS_PER_REQUEST;
      },
      server.pid,
      () => quiet(server.pid, 2000),
    );
  };
  const readings = (await alternate([{ name: 'events', round }], ROUNDS)).get('events')!;
  const wall = spreadOf(readings.map(({ amount, wallSeconds }) => amount / wallSeconds));
  publish(
    'events',
    [
      figure('events/json', 'JSON with 10 attributes, 3 views, durable', 'events/CPU-s', cpuRates(readings)),
      figure('events/json/wall', '  by the wall clock', 'events/s', wall),
      single('events/json/latency', '  answer, p50', 'ms', spreadOf(latencies).median),
      single('events/rss', 'resident memory after', 'MB', processRssBytes(server.pid) / 1e6),
    ],
    [`${eventBytes.toFixed(0)} B an event, seed 7`],
  );
});
