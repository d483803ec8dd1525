import { createPrng, type Prng, yieldToEventLoop } from '../../otel-processor/src/base/index.ts';
import { createMatcher, type Matcher } from '../../otel-processor/src/model/index.ts';
import { createSampleBuffer, type Querier } from '../../otel-processor/src/store/types.ts';
import { Ledger, type StoredSample } from '../kill/ledger.ts';
import { DeltaClient, GaugeClient, HistogramClient, HistoryClient, type SimClient } from './clients.ts';
import { deterministic } from './deterministic.ts';
import { SimDisk } from './sim-disk.ts';
import { openWorld, type World } from './world.ts';

/**
 * A whole tenant under a simulated clock on a simulated disk: clients that retry, repeat and reorder; power
 * cuts, clean restarts, full and failing disks, sealing at any moment. Everything is drawn from one seed.
 */
export interface SimulationReport {
  readonly seed: number;
  readonly events: Readonly<Record<string, number>>;
  readonly acknowledged: number;
  /** What was wrong, in words; empty when all is well. */
  readonly violations: readonly string[];
}

export interface SimulationOptions {
  readonly steps?: number;
  /** See `DiskFaults.lies`. */
  readonly lyingDisk?: boolean;
}

const START_MS = 1_700_000_000_000;
const DAY_MS = 86_400_000;

class Simulation {
  readonly #prng: Prng;
  readonly #ledger = new Ledger();
  readonly #clients: readonly SimClient[];
  readonly #events: Record<string, number> = {};
  readonly #violations: string[] = [];
  #disk: SimDisk;
  #nowMs = START_MS;

  constructor(seed: number, options: SimulationOptions) {
    this.#prng = createPrng(seed);
    this.#disk = new SimDisk(createPrng(this.#prng.uint32()));
    this.#disk.faults.lies = options.lyingDisk ?? false;
    const seeded = (): Prng => createPrng(this.#prng.uint32());
    this.#clients = [
      new GaugeClient('one', this.#ledger, seeded(), 5),
      new GaugeClient('two', this.#ledger, seeded(), 3),
      new HistoryClient('old', this.#ledger, seeded(), START_MS - 2 * DAY_MS),
      new DeltaClient('delta', this.#ledger, seeded()),
      new HistogramClient('wide', this.#ledger, seeded()),
    ];
  }

  async run(seed: number, steps: number): Promise<SimulationReport> {
    // Work in the background that fails and is not caught would end the real process.
    const uncaught = (reason: unknown): void => {
      this.#violations.push(`uncaught: ${reason instanceof Error ? reason.stack : String(reason)}`);
    };
    process.on('unhandledRejection', uncaught);
    try {
      return await this.#run(seed, steps);
    } finally {
      // Whatever the last life still does in the background ends here.
      this.#disk.crash();
      process.off('unhandledRejection', uncaught);
    }
  }

  async #run(seed: number, steps: number): Promise<SimulationReport> {
    let world = await this.#open();
    for (let step = 0; step < steps && world !== undefined && this.#sound(); step++) {
      world = await this.#step(world);
    }
    if (world !== undefined && this.#sound()) await this.#finish(world);
    for (const client of this.#clients) this.#violations.push(...client.wrong);
    return {
      seed,
      events: this.#events,
      acknowledged: this.#ledger.acknowledged,
      violations: this.#violations,
    };
  }

  #sound(): boolean {
    return this.#violations.length === 0 && this.#clients.every((client) => client.wrong.length === 0);
  }

  #count(event: string): void {
    this.#events[event] = (this.#events[event] ?? 0) + 1;
  }

  async #turns(count: number): Promise<void> {
    for (let i = 0; i < count; i++) await yieldToEventLoop();
  }

  /** Opens the tenant; power may be cut while it recovers, any number of times. Undefined: it cannot be opened. */
  async #open(): Promise<World | undefined> {
    for (;;) {
      const opening = openWorld(this.#disk, this.#nowMs, this.#prng);
      if (this.#prng.next() < 0.25) {
        this.#count('crash while opening');
        await this.#turns(this.#prng.integer(0, 60));
        this.#disk = this.#disk.crash();
        continue;
      }
      const world = await opening;
      if (typeof world !== 'string') return world;
      this.#violations.push(`cannot open: ${world}`);
      return undefined;
    }
  }

  async #step(world: World): Promise<World | undefined> {
    const luck = this.#prng.next();
    if (luck < 0.015) return this.#crash(world);
    if (luck < 0.025) return this.#restart(world);
    if (luck < 0.04) this.#seal(world);
    else if (luck < 0.05) this.#breakDisk();
    else if (luck < 0.08) this.#mendDisk();
    else if (luck < 0.1) {
      if (this.#diskIsWell()) await this.#check(world);
    } else if (luck < 0.4) await this.#pass(world, this.#prng.integer(1, 30_000));
    else if (luck < 0.42) await this.#pass(world, this.#prng.integer(60_000, 30 * 60_000));
    else for (const client of this.#clients) client.step(world, false);
    await this.#turns(this.#prng.integer(0, 4));
    return world;
  }

  async #pass(world: World, durationMs: number): Promise<void> {
    world.clock.advance(durationMs);
    this.#nowMs = world.clock.nowMs();
    await this.#turns(this.#prng.integer(0, 10));
  }

  async #crash(world: World): Promise<World | undefined> {
    this.#count('crash');
    this.#disk = this.#disk.crash();
    this.#nowMs = world.clock.nowMs();
    for (const client of this.#clients) client.connectionLost();
    const reopened = await this.#open();
    if (reopened !== undefined) await this.#check(reopened);
    return reopened;
  }

  async #restart(world: World): Promise<World | undefined> {
    this.#count('restart');
    this.#mendDisk();
    const closing = world.close();
    // The close may wait for timers of the simulated clock.
    for (let i = 0; i < 200; i++) {
      await this.#pass(world, 100);
      if (await settled(closing)) break;
    }
    await closing;
    for (const client of this.#clients) client.connectionLost();
    const reopened = await this.#open();
    if (reopened !== undefined) await this.#check(reopened);
    return reopened;
  }

  #seal(world: World): void {
    this.#count('seal');
    void world.store.seal();
  }

  #breakDisk(): void {
    if (this.#prng.next() < 0.5) {
      this.#count('disk full');
      this.#disk.faults.capacityBytes = this.#disk.usedBytes + this.#prng.integer(0, 2000);
    } else {
      this.#count('disk fails');
      this.#disk.faults.ioError = 0.3;
    }
  }

  #mendDisk(): void {
    this.#disk.faults.capacityBytes = Number.POSITIVE_INFINITY;
    this.#disk.faults.ioError = 0;
  }

  #diskIsWell(): boolean {
    return this.#disk.faults.ioError === 0 && this.#disk.faults.capacityBytes === Number.POSITIVE_INFINITY;
  }

  /** With a sound disk everything is acknowledged at last, and is there, also after one more power cut. */
  async #finish(world: World): Promise<void> {
    this.#mendDisk();
    for (let i = 0; i < 400 && this.#clients.some((client) => client.waiting > 0); i++) {
      for (const client of this.#clients) client.step(world, true);
      await this.#pass(world, 500);
      await this.#turns(10);
    }
    for (const { name, waiting } of this.#clients) {
      if (waiting > 0) this.#violations.push(`${name}: ${waiting} requests are never acknowledged`);
    }
    await this.#check(world);
    if (this.#sound()) await this.#crash(world);
  }

  async #check(world: World): Promise<void> {
    this.#count('check');
    for (const metric of ['sim_gauge', 'sim_history', 'sim_delta_total', 'sim_histogram']) {
      const stored = await readAll(world.store, metric, this.#nowMs);
      for (const name of this.#ledger.seriesNames.filter((series) => series.startsWith(`${metric}{`))) {
        const samples = stored.get(name) ?? [];
        const whole = metric === 'sim_delta_total' ? withoutResets(samples) : samples;
        this.#violations.push(...this.#ledger.check(name, whole).slice(0, 5));
        stored.delete(name);
      }
      for (const name of stored.keys()) this.#violations.push(`${name} was never sent`);
    }
  }
}

/**
 * A series that was silent for longer than a block range is forgotten, and its total starts again from a zero that
 * nobody sent. Adds up across such zeros, as `increase()` does, and leaves them out.
 */
function withoutResets(samples: readonly StoredSample[]): StoredSample[] {
  const whole: StoredSample[] = [];
  let before = 0;
  for (const { timestampMs, value } of samples) {
    const total = whole.at(-1)?.value ?? 0;
    if (value === 0 && total > 0) before = total;
    else whole.push({ timestampMs, value: before + value });
  }
  return whole;
}

async function settled(promise: Promise<unknown>): Promise<boolean> {
  const open = Symbol('open');
  return (await Promise.race([promise, Promise.resolve(open)])) !== open;
}

async function readAll(querier: Querier, metric: string, toMs: number): Promise<Map<string, StoredSample[]>> {
  const matcher = createMatcher('=', '__name__', metric) as Matcher;
  const all = new Map<string, StoredSample[]>();
  const buffer = createSampleBuffer();
  for (const series of await querier.select([matcher], START_MS - 10 * DAY_MS, toMs)) {
    await series.read(buffer);
    const samples: StoredSample[] = [];
    for (let i = 0; i < buffer.count; i++) {
      // A histogram stands for itself by its sum.
      const value = buffer.histograms?.get(i)?.sum ?? buffer.values[i];
      samples.push({ timestampMs: buffer.timestampsMs[i], value });
    }
    all.set(series.labels.toString(), samples);
  }
  return all;
}

/** Runs one simulation. The same seed does the same. */
export async function simulate(seed: number, options: SimulationOptions = {}): Promise<SimulationReport> {
  const ids = createPrng(seed);
  return deterministic(ids.uint32, () => new Simulation(seed, options).run(seed, options.steps ?? 600));
}
