import { DiagLogLevel, diag } from '@opentelemetry/api';
import { backfill, hasHistory, type Span } from './backfill.ts';
import { createFleet } from './chat/fleet.ts';
import { type Incident, pushIncident, tlsIncident } from './chat/incident.ts';
import { ChatInstance, type World } from './chat/instance.ts';
import { dayMs } from './chat/load-shape.ts';
import { createEventSender, eventsOf } from './events.ts';
import { guide } from './guide.ts';
import { startLiveInstance } from './live.ts';
import { help, type Options, parseOptions } from './options.ts';
import { Progress } from './progress.ts';
import { findOrStart } from './target.ts';

const tickMs = 1000;
const exportIntervalMs = 5000;
/** How much of the past has samples as close as live ones: more than most graphs show. */
const fineMs = 3_600_000;
const sleep = (delayMs: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, delayMs));
const say = (text: string): void => console.log(text);

async function main(): Promise<number> {
  const options = parseOptions(process.argv.slice(2));
  if (options === 'help') {
    say(help);
    return 0;
  }
  if ('problem' in options) {
    console.error(`${options.problem}\nSee npm run demo -- --help`);
    return 2;
  }
  let stopped = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      stopped = true;
    });
  }
  // The SDK tells of refused points and failed exports only here.
  const complain = (message: string, ...details: unknown[]): void => console.error(message, ...details);
  const ignore = (): void => {};
  diag.setLogger(
    { error: complain, warn: complain, info: ignore, debug: ignore, verbose: ignore },
    DiagLogLevel.WARN,
  );
  const target = await findOrStart(options.url, { sleep, say });
  if (target instanceof Error) {
    console.error(target.message);
    return 1;
  }
  try {
    return await play(options, () => stopped);
  } finally {
    await target.stop();
  }
}

async function play(options: Options, isStopped: () => boolean): Promise<number> {
  const headers: Record<string, string> =
    options.token === undefined ? {} : { authorization: `Bearer ${options.token}` };
  const startMs = Date.now();
  const historyFromMs = startMs - options.backfillMs;
  const world = {
    seed: options.seed,
    dayShiftMs: dayShiftMs(options.timeOfDayMs, startMs),
    launch:
      options.backfillMs > 0
        ? { launchMs: historyFromMs + options.backfillMs / 7, takeUpMs: options.backfillMs / 8 }
        : { launchMs: startMs, takeUpMs: 300_000 },
    incidents: pastIncidents(options.pastIncidentMs, startMs),
  } satisfies World;
  const instances = createFleet(options.seed).map((id) => new ChatInstance(id, world));
  if (options.backfillMs > 0 && !(await load(instances, options, headers, startMs, isStopped))) return 1;
  say(guide(options.url));
  if (options.durationMs !== 0 && !isStopped()) await live(instances, world, options, headers, isStopped);
  return 0;
}

/** Forty minutes in which pushes to iPhones in ap-south are rejected. */
function pastIncidents(agoMs: number | undefined, startMs: number): Incident[] {
  return agoMs === undefined ? [] : [pushIncident(startMs - agoMs, startMs - agoMs + 2_400_000)];
}

/** How far the demo's time of day is from the real one when it starts. */
function dayShiftMs(timeOfDayMs: number | undefined, startMs: number): number {
  return timeOfDayMs === undefined ? 0 : timeOfDayMs - (startMs % dayMs);
}

async function load(
  instances: readonly ChatInstance[],
  options: Options,
  headers: Record<string, string>,
  startMs: number,
  isStopped: () => boolean,
): Promise<boolean> {
  if (await hasHistory(options.url, headers, options.backfillMs)) {
    say('There are samples of the demo at this address already: the history is not loaded again.');
    return true;
  }
  const progress = new Progress('Loading history', process.stderr);
  const loaded = await backfill(instances, {
    url: options.url,
    headers,
    spans: spansOf(options, startMs),
    nowMs: () => Date.now(),
    stepsPerRequest: 60,
    stopped: isStopped,
    onProgress: (done, pointCount) => progress.show(done, `${pointCount.toLocaleString('en')} data points`),
  });
  if (typeof loaded === 'number') return true;
  console.error(`\nThe history could not be loaded: ${loaded.message}`);
  return false;
}

/**
 * The past in the steps that were asked for, its end in those of the exporter: a rate whose window spans the step from
 * the one to the other would be taken for a drop.
 */
function spansOf({ backfillMs, stepMs }: Options, startMs: number): Span[] {
  const toMs = Math.floor(startMs / exportIntervalMs) * exportIntervalMs;
  const borderMs = Math.floor((toMs - fineMs) / stepMs) * stepMs;
  const steps = Math.floor((backfillMs - fineMs) / stepMs);
  const fineStepMs = Math.min(stepMs, exportIntervalMs);
  if (steps <= 0) {
    const fineSteps = Math.floor(backfillMs / fineStepMs);
    return [{ fromMs: toMs - fineSteps * fineStepMs, toMs, stepMs: fineStepMs }];
  }
  // The sample on the border sums up a long step, the one after it a short one.
  return [
    { fromMs: borderMs - steps * stepMs, toMs: borderMs + 1, stepMs },
    { fromMs: borderMs + fineStepMs, toMs, stepMs: fineStepMs },
  ];
}

async function live(
  instances: readonly ChatInstance[],
  world: { readonly incidents: Incident[] },
  options: Options,
  headers: Record<string, string>,
  isStopped: () => boolean,
): Promise<void> {
  const target = { url: options.url, headers, exportIntervalMs };
  const running = instances.map((instance) => ({ instance, live: startLiveInstance(instance, target) }));
  const send = createEventSender(target, (text) => console.error(text));
  const startMs = Date.now();
  const demoTimeMs = (): number => startMs + (Date.now() - startMs) * options.speed;
  // Counted from here: loading the past takes as long as it takes.
  const incidentFromMs = startMs + options.incidentAfterMs;
  const incident = tlsIncident(incidentFromMs, incidentFromMs + options.incidentForMs);
  world.incidents.push(incident);
  say(`Live now, at ${options.speed}x; Ctrl-C ends it.`);
  let wasTroubled = false;
  let lastMs = startMs;
  while (!isStopped()) {
    await sleep(tickMs);
    const nowMs = Date.now();
    const events = running.flatMap(({ instance, live }) => {
      const tick = instance.tick(demoTimeMs(), (nowMs - lastMs) / 1000);
      live.record(tick);
      return eventsOf(instance, tick, lastMs, nowMs);
    });
    void send(events);
    lastMs = nowMs;
    const isTroubled = demoTimeMs() >= incident.fromMs && demoTimeMs() < incident.toMs;
    if (isTroubled !== wasTroubled) {
      const where = `${incident.device} in ${incident.region}`;
      say(
        isTroubled
          ? `Incident: ${incident.errorType} errors on ${where}.`
          : `Rolled back: ${where} recovers.`,
      );
      wasTroubled = isTroubled;
    }
    if (options.durationMs !== undefined && nowMs - startMs >= options.durationMs) break;
  }
  say('Sending the last metrics ...');
  await Promise.allSettled(running.map(({ live }) => live.shutdown()));
}

process.exitCode = await main();
