import { createPrng, isFault, type Prng, yieldToEventLoop } from '../../../otel-processor/src/base/index.ts';
import type { ViewResult } from '../../../otel-processor/src/windows/index.ts';
import { deterministic } from '../deterministic.ts';
import { SimDisk } from '../sim-disk.ts';
import { type Emission, judge } from './judge.ts';
import { Life } from './life.ts';
import type { LoggedRequest } from './oracle.ts';
import { drawEvent, drawView, type SimEvent, type ViewSpec } from './spec.ts';

/**
 * Views under a simulated clock on a simulated disk: sources that are late, repeat themselves, fall silent and come
 * back, power cuts and clean restarts, checkpoints at any moment. Everything is drawn from one seed, and everything
 * that views say is held against the oracle.
 */
export interface ViewReport {
  readonly seed: number;
  readonly happened: Readonly<Record<string, number>>;
  readonly emissions: number;
  /** What was wrong, in words; empty when all is well. */
  readonly violations: readonly string[];
}

interface Request extends LoggedRequest {
  readonly number: number;
  acknowledged: boolean;
}

const START_MS = 1_700_000_000_000;
const SOURCES = ['s1', 's2', 's3'];
/** Of early results and corrections this share is looked at: there are many. */
const SHARE_OF_EARLY = 0.05;

class ViewSimulation {
  readonly #seed: number;
  readonly #flaw: ViewSimulationOptions['flaw'];
  readonly #prng: Prng;
  readonly #specs: ViewSpec[] = [];
  readonly #happened: Record<string, number> = {};
  readonly #violations: string[] = [];
  readonly #emissions: Emission[] = [];
  /** What is in the log, in its order, as far as one can know. */
  #log: Request[] = [];
  /** Events that nobody has acknowledged. */
  #unacknowledged: SimEvent[][] = [];
  #applied = -1;
  #numbers = 0;
  #ids = 0;
  #disk: SimDisk;
  #nowMs = START_MS;
  #silentUntilMs = new Map<string, number>();

  constructor(seed: number, flaw: ViewSimulationOptions['flaw']) {
    this.#seed = seed;
    this.#flaw = flaw;
    this.#prng = createPrng(seed);
    this.#disk = new SimDisk(createPrng(this.#prng.uint32()));
    for (let i = this.#prng.integer(1, 4); i > 0; i--) this.#specs.push(drawView(this.#prng, `v${i}`));
    // A ratio of two views that count in the same windows.
    const like = this.#specs.find(({ gapMs }) => gapMs === undefined);
    if (like !== undefined && this.#prng.next() < 0.4) {
      this.#specs.push(drawView(this.#prng, 'part', like), drawView(this.#prng, 'whole', like));
    }
  }

  async run(steps: number): Promise<ViewReport> {
    let life = await this.#open();
    for (let step = 0; step < steps && life !== undefined; step++) life = await this.#step(life);
    if (life !== undefined) await this.#finish(life);
    this.#disk.crash();
    return {
      seed: this.#seed,
      happened: this.#happened,
      emissions: this.#emissions.length,
      violations: this.#violations,
    };
  }

  #count(what: string): void {
    this.#happened[what] = (this.#happened[what] ?? 0) + 1;
  }

  async #turns(count: number): Promise<void> {
    for (let i = 0; i < count; i++) await yieldToEventLoop();
  }

  /** Opens the tenant; power may be cut meanwhile, any number of times. */
  async #open(): Promise<Life | undefined> {
    for (;;) {
      const opening = Life.open({
        disk: this.#disk,
        nowMs: this.#nowMs,
        prng: this.#prng,
        views: [
          ...this.#specs.map(({ config }) => config),
          ...(this.#specs.some(({ name }) => name === 'whole') ? [ratioLike(this.#specs[0])] : []),
        ],
        emitted: (result, life) => this.#note(result, life),
        restoring: (checkpointMs) => {
          this.#applied = this.#log.filter(({ nowMs }) => nowMs <= checkpointMs).length - 1;
        },
        applying: (number) => {
          this.#applied = this.#log.findIndex((request) => request.number === number);
        },
      });
      if (this.#prng.next() < 0.1) {
        this.#count('crash while opening');
        await this.#turns(this.#prng.integer(0, 20));
        this.#disk = this.#disk.crash();
        continue;
      }
      const life = await opening;
      if (typeof life !== 'string') {
        this.#compareLog(life);
        return life;
      }
      this.#violations.push(`cannot open: ${life}`);
      return undefined;
    }
  }

  /** What was read back must be a beginning of the log that has everything acknowledged. */
  #compareLog({ replayed, checkpointMs }: Life): void {
    const covered = this.#log.filter(({ nowMs }) => nowMs <= checkpointMs).length;
    const kept = covered + replayed.length;
    const expected = this.#log.slice(covered, kept).map(({ number }) => number);
    if (expected.join() !== replayed.join()) {
      this.#violations.push(`read back requests ${replayed.join()} instead of ${expected.join()}`);
    }
    const lost = this.#log.slice(kept).find(({ acknowledged }) => acknowledged);
    if (lost !== undefined) this.#violations.push(`request ${lost.number} was acknowledged and is lost`);
    this.#log = this.#log.slice(0, kept);
    this.#applied = kept - 1;
  }

  async #step(life: Life): Promise<Life | undefined> {
    const luck = this.#prng.next();
    if (luck < 0.03) return this.#crash(life);
    if (luck < 0.05) return this.#restart(life);
    if (luck < 0.35) await this.#pass(life, this.#prng.integer(1, 400));
    else if (luck < 0.4) await this.#pass(life, this.#prng.integer(1000, 15_000));
    else if (luck < 0.43) this.#silence();
    else this.#send(life, this.#drawEvents(life));
    await this.#turns(this.#prng.integer(0, 4));
    return life;
  }

  #silence(): void {
    const source = SOURCES[this.#prng.integer(0, SOURCES.length)];
    this.#silentUntilMs.set(source, this.#nowMs + this.#prng.integer(0, 20_000));
  }

  #drawEvents(life: Life): SimEvent[] {
    const prng = this.#prng;
    const nowMs = life.clock.nowMs();
    const awake = SOURCES.filter((source) => (this.#silentUntilMs.get(source) ?? 0) <= nowMs);
    if (awake.length === 0) return [];
    const events: SimEvent[] = [];
    for (let i = prng.integer(1, 8); i > 0; i--) {
      const id = prng.next() < 0.9 ? `id${this.#ids++}` : undefined;
      events.push(drawEvent(prng, awake[prng.integer(0, awake.length)], nowMs, id));
    }
    // Something that was sent before, in the midst of what is new.
    const earlier = this.#log[prng.integer(0, Math.max(1, this.#log.length))];
    if (earlier !== undefined && prng.next() < 0.2) {
      this.#count('sent twice');
      events.splice(
        prng.integer(0, events.length + 1),
        0,
        ...earlier.events.filter(({ id }) => id !== undefined),
      );
    }
    return events;
  }

  #send(life: Life, events: SimEvent[]): void {
    if (events.length === 0) return;
    // Each request has a time of its own, by which a checkpoint tells what it covers.
    life.clock.advance(1);
    this.#nowMs = life.clock.nowMs();
    const request: Request = { number: ++this.#numbers, nowMs: this.#nowMs, events, acknowledged: false };
    this.#log.push(request);
    this.#unacknowledged.push(events);
    const sent = this.#flaw === 'event' && request.number === 5 ? events.slice(1) : events;
    void life.engine.accept(request.number, new TextEncoder().encode(JSON.stringify(sent))).then((answer) => {
      if (isFault(answer)) this.#violations.push(`request ${request.number} was refused: ${answer.message}`);
      request.acknowledged = true;
      this.#unacknowledged = this.#unacknowledged.filter((each) => each !== events);
    });
  }

  async #pass(life: Life, durationMs: number): Promise<void> {
    life.clock.advance(durationMs);
    this.#nowMs = life.clock.nowMs();
    await this.#turns(this.#prng.integer(0, 6));
  }

  async #crash(life: Life): Promise<Life | undefined> {
    this.#count('crash');
    this.#nowMs = life.clock.nowMs();
    this.#disk = this.#disk.crash();
    return this.#reopen();
  }

  async #restart(life: Life): Promise<Life | undefined> {
    this.#count('restart');
    const closing = life.close();
    for (let i = 0; i < 20; i++) await this.#pass(life, 10);
    await closing;
    return this.#reopen();
  }

  /** Clients send again what was not acknowledged, as far as that cannot make it count twice. */
  async #reopen(): Promise<Life | undefined> {
    const life = await this.#open();
    const open = this.#unacknowledged;
    this.#unacknowledged = [];
    if (life === undefined) return undefined;
    for (const events of open)
      this.#send(
        life,
        events.filter(({ id }) => id !== undefined),
      );
    return life;
  }

  /** All is acknowledged at last, all sources fall silent, and the clock closes every window. */
  async #finish(life: Life): Promise<void> {
    for (let i = 0; i < 200 && this.#unacknowledged.length > 0; i++) await this.#pass(life, 50);
    if (this.#unacknowledged.length > 0) this.#violations.push('requests are never acknowledged');
    const longestMs = Math.max(
      ...this.#specs.map(
        (spec) => spec.sizeMs + spec.latenessMs + (spec.gapMs ?? 0) + spec.outOfOrdernessMs + spec.idleMs,
      ),
    );
    // Events may be ahead of the clock by 5 s.
    const endMs = life.clock.nowMs() + longestMs + 10_000;
    // Mostly in one go, because that is faster: the clock may jump. A checkpoint may hold it up for a while.
    if (this.#prng.next() < 0.8) life.clock.jumpTo(endMs);
    while (life.clock.nowMs() < endMs + 10_000) {
      life.clock.advance(2000);
      await this.#turns(8);
    }
    this.#violations.push(
      ...judge({
        specs: this.#specs,
        log: this.#log,
        emissions: this.#emissions,
        status: life.engine.status(),
      }),
    );
  }

  #note(result: ViewResult, life: Life): void {
    const { view, startMs, endMs, kind, revision, isFinal, completeness } = result;
    const isLooked = kind === 'on_time' || kind === 'final' || this.#prng.next() < SHARE_OF_EARLY;
    let numbers: Map<string, number> | undefined;
    if (isLooked) {
      numbers = new Map();
      const into = numbers;
      result.each((values, series, labels, value) => {
        const pairs = result.labelNames.map((name, i) => `${name}=${values[i]}`);
        for (let i = 0; i < labels.length; i += 2) pairs.push(`${labels[i]}=${labels[i + 1]}`);
        const isWrong = this.#flaw === 'number' && isFinal && series.endsWith('count');
        into.set(`${series}{${pairs.join()}}`, isWrong ? value + 1 : value);
      });
    }
    this.#emissions.push({
      life: life.recovered ? life : undefined,
      view,
      startMs,
      endMs,
      kind,
      revision,
      isFinal,
      completeness,
      numbers,
      applied: this.#applied,
    });
  }
}

function ratioLike(like: ViewSpec): ViewSpec['config'] {
  return { ...like.config, name: 'ratio', from: undefined, aggregate: {}, ratio: ['part', 'whole'] };
}

export interface ViewSimulationOptions {
  readonly steps?: number;
  /** To see that it is found out: a number of a final result is changed, or an event is kept from the views. */
  readonly flaw?: 'number' | 'event';
}

/** Runs one simulation. The same seed does the same. */
export async function simulateViews(
  seed: number,
  { steps = 80, flaw }: ViewSimulationOptions = {},
): Promise<ViewReport> {
  const ids = createPrng(seed);
  return deterministic(ids.uint32, () => new ViewSimulation(seed, flaw).run(steps));
}
