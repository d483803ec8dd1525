import { FaultError, type Timer } from '../base/index.ts';
import type { Batch, Episode, EpisodeFilter } from '../model/index.ts';
import { AwaitedFamilies } from './awaited-families.ts';
import type { WatchConfig, WatchEntry } from './config.ts';
import { DerivedSeries } from './derived-series.ts';
import { EpisodeBook, type EpisodeListener } from './episode-book.ts';
import { evaluateAt } from './expressions.ts';
import type { FamilyEvent } from './family-episode.ts';
import { ForecastSeries } from './forecast-series.ts';
import { type JoinPorts, joinWithHistory } from './join-history.ts';
import { LoadGovernor } from './load-governor.ts';
import { SampleTable } from './sample-table.ts';
import { decodeTimeline, encodeState } from './state-codec.ts';
import { type SignalStatus, signalStatuses, type WatchStatus } from './status.ts';
import { Tap } from './tap.ts';
import { SWEEP_MS, Timeline, type TimelinePorts } from './timeline.ts';
import { Turns } from './turns.ts';
import { watchInstruments } from './watch-instruments.ts';
import type { WatchPorts } from './watch-ports.ts';
import { WatchSettings } from './watch-settings.ts';

const TICK_MS_MAX = 1000;
/** More missed looks are left out. */
const LOOKS_BEHIND_MAX = 8640;

/**
 * Watches all signals of a tenant. Stored samples come in by `observe`; at each look all families are looked at, in
 * turns of the event loop; what is found is in episodes and derived series. Families begin with what is stored of
 * them, and so does a restart with what came after its checkpoint.
 */
export class WatchEngine {
  readonly #config: WatchConfig;
  readonly #ports: WatchPorts;
  readonly #settings: WatchSettings;
  readonly #samples = new SampleTable();
  readonly #tap: Tap;
  readonly #book: EpisodeBook;
  readonly #derived: DerivedSeries;
  readonly #forecasts: ForecastSeries;
  readonly #instruments;
  readonly #governor: LoadGovernor;
  readonly #awaited: AwaitedFamilies;
  #live: Timeline;
  #toldFromMs = Number.NEGATIVE_INFINITY;
  #timers: Timer[] = [];
  #ticking: Promise<void> = Promise.resolve();
  #busy = false;
  #joining = false;
  #joined: Promise<void> = Promise.resolve();
  #historyDone = 1;
  #stopped = false;

  constructor(config: WatchConfig, entries: readonly WatchEntry[], ports: WatchPorts) {
    this.#config = config;
    this.#ports = ports;
    this.#settings = new WatchSettings(config, entries);
    this.#book = new EpisodeBook(config.episodes_max, config.episodes_kept_for);
    this.#forecasts = new ForecastSeries(config);
    this.#instruments = watchInstruments(ports.telemetry);
    this.#governor = new LoadGovernor(config, ports.telemetry);
    this.#derived = new DerivedSeries({
      ...{ resolver: ports.resolver, logger: ports.logger, write: ports.write },
      counted: (written, refused) => {
        this.#instruments.written.add(written);
        this.#instruments.refused.add(refused);
      },
    });
    this.#awaited = new AwaitedFamilies({ ...ports, config, settings: this.#settings });
    this.#live = this.#newTimeline(this.#dueLook() + 1);
    this.#tap = new Tap({
      ...{ registry: ports.registry, samples: this.#samples, lookMs: config.look },
      typeOf: (family) => this.#awaited.typeOf(family),
      isDerived: ports.isDerived,
      live: () => this.#live,
      await: (role) => this.#awaited.add(role),
      historic: (family) => this.#awaited.historic(family),
    });
    this.#instruments.observe(() => this.status(), {
      late: () => this.#tap.late,
      evicted: () => this.#book.evicted,
    });
  }

  /** Brings back the state of a checkpoint. What came after it is read from the store when the engine starts. */
  recover(checkpoint: Uint8Array | undefined): void {
    if (checkpoint === undefined) return;
    const timeline = this.#newTimeline(0);
    try {
      const { episodes, isWhole } = decodeTimeline(checkpoint, this.#samples, timeline);
      for (const episode of episodes) this.#book.put(episode);
      if (isWhole) this.#awaited.restored = timeline;
    } catch (error) {
      if (!(error instanceof FaultError)) throw error;
      this.#ports.logger.error('the state of the watches cannot be read; they begin anew', {
        reason: error.message,
      });
    }
  }

  /** Lets the clock drive looks, and reads what is stored of every family. */
  async start(): Promise<void> {
    const { clock } = this.#ports;
    await this.#awaited.addStored(clock.nowMs());
    const tickMs = Math.min(TICK_MS_MAX, Math.max(20, this.#config.look / 4));
    this.#timers = [
      clock.every(tickMs, () => this.#tick()),
      clock.every(this.#config.checkpoint_every, () => void this.checkpoint()),
    ];
  }

  /** Takes the rows of a batch in the turn in which they are stored. */
  observe(batch: Batch): void {
    this.#tap.take(batch);
  }

  /** Does every look that is due by the clock, and reads history that is awaited; settles when that is done. */
  async advance(): Promise<void> {
    for (let round = 0; round < 2; round++) {
      await this.#ticking;
      this.#tick();
      await this.#ticking;
      await this.#joined;
    }
    await this.#derived.settled();
  }

  episodes(filter: EpisodeFilter): readonly Episode[] {
    return this.#book.list(filter);
  }

  /** Calls `listener` with every beginning, change and end of an episode until the returned function is called. */
  listen(listener: EpisodeListener): () => void {
    return this.#book.listen(listener);
  }

  status(): WatchStatus {
    return {
      families: this.#live.families.size,
      awaitedFamilies: this.#awaited.count,
      signals: this.#live.awakeNow,
      unwatchedSignals: this.#live.refused + this.#live.ungrouped,
      historyDone: this.#historyDone,
      lookedAtMs: (this.#live.openLook - 1) * this.#config.look,
      cpuShare: this.#governor.share,
      slowedSignals: this.#governor.slowed,
      sizeBytes: this.#samples.sizeBytes,
    };
  }

  /** Watched signals, at most `limit`, the highest score first. */
  signals(limit: number): readonly SignalStatus[] {
    return signalStatuses(this.#live, limit);
  }

  /** Writes the state of now, unless history is being read: half of it is no state. */
  async checkpoint(): Promise<void> {
    await this.#ticking;
    if (this.#busy || this.#joining || this.#awaited.restored !== undefined) return;
    this.#busy = true;
    this.#ticking = this.#ports.log
      .checkpoint(() => this.#encode())
      .then(() => {
        this.#busy = false;
      });
    await this.#ticking;
  }

  /** Ends its work; gives the state for another engine to go on with: without what has not caught up. */
  async handOver(): Promise<Uint8Array> {
    await this.#end();
    return this.#encode();
  }

  #encode(): Promise<Uint8Array> {
    return encodeState(this.#live, this.#samples, this.#book.all(), new Turns(this.#ports.clock));
  }

  /** Stops the clock's work and writes the state, so that the next start has little to read. */
  async stop(): Promise<void> {
    await this.#end();
    await this.checkpoint();
  }

  async #end(): Promise<void> {
    this.#stopped = true;
    for (const timer of this.#timers) timer.cancel();
    await this.#joined;
    await this.#ticking;
    await this.#derived.settled();
  }

  #tick(): void {
    if (this.#busy || this.#stopped) return;
    this.#busy = true;
    this.#ticking = this.#looksDue().finally(() => {
      this.#busy = false;
    });
    if (!this.#joining && this.#awaited.isReady()) {
      this.#joining = true;
      this.#joined = this.#join().finally(() => {
        this.#joining = false;
      });
    }
  }

  /** The newest look whose samples may be expected to be here. */
  #dueLook(): number {
    return Math.floor((this.#ports.clock.nowMs() - this.#config.lateness) / this.#config.look);
  }

  async #looksDue(): Promise<void> {
    const due = this.#dueLook();
    if (due - this.#live.openLook > LOOKS_BEHIND_MAX) {
      this.#ports.logger.warn('the clock was ahead by more than a day: looks are left out');
      this.#live.openLook = due;
    }
    while (this.#live.openLook <= due && !this.#stopped) await this.#look(this.#live);
  }

  async #look(timeline: Timeline): Promise<void> {
    const look = timeline.openLook;
    const timeMs = look * this.#config.look;
    const turns = new Turns(this.#ports.clock);
    for (const watched of timeline.families.values()) {
      if (watched.expression === undefined || timeMs % watched.settings.profile.stepMs !== 0) continue;
      const fault = await evaluateAt(watched, timeMs, this.#config.look, this.#samples, this.#ports.engine);
      if (fault !== undefined) this.#instruments.failed.add(1);
    }
    // From here on what comes for this look is late.
    timeline.openLook = look + 1;
    const events: FamilyEvent[] = [];
    for (const watched of timeline.families.values()) {
      const event = await turns.finish(timeline.lookAt(watched, look));
      if (event !== undefined) events.push(event);
    }
    timeline.conclude(events);
    if (timeMs % SWEEP_MS === 0) timeline.sweep(timeMs);
    await turns.finish(
      this.#forecasts.make((seat, atMs, value) => this.#derived.addForecast(seat, atMs, value)),
    );
    this.#derived.flush();
    this.#instruments.looks.add(1);
    this.#governor.worked(turns.workedMs, timeline);
  }

  async #join(): Promise<void> {
    const { clock, querier } = this.#ports;
    const { look, history, history_written: writtenMs } = this.#config;
    const roles = this.#awaited.take(this.#live);
    const restored = this.#awaited.restored;
    const nowMs = clock.nowMs();
    const fromMs = Math.max(nowMs - history, Math.min(querier.statistics(1).minTimeMs, nowMs));
    const timeline = restored ?? this.#newTimeline(Math.floor(fromMs / look) + 1);
    for (const { family, kind } of roles) timeline.add(family, kind);
    this.#toldFromMs = restored === undefined ? nowMs - writtenMs : Number.NEGATIVE_INFINITY;
    if (!(await joinWithHistory(timeline, this.#joinPorts(), restored !== undefined))) return;
    this.#awaited.joined(roles);
    this.#toldFromMs = Number.NEGATIVE_INFINITY;
  }

  #joinPorts(): JoinPorts {
    const { clock, logger, querier, engine } = this.#ports;
    return {
      ...{ clock, logger, querier, engine, config: this.#config, samples: this.#samples, tap: this.#tap },
      typeOf: (family) => this.#awaited.typeOf(family),
      live: () => this.#live,
      hold: async () => {
        while (this.#busy) await this.#ticking;
        this.#busy = true;
      },
      unhold: () => {
        this.#busy = false;
      },
      stopped: () => this.#stopped,
      progress: (done) => {
        this.#historyDone = done;
        this.#derived.flush();
      },
    };
  }

  #newTimeline(openLook: number): Timeline {
    const ports: TimelinePorts = {
      config: this.#config,
      settings: this.#settings,
      method: this.#ports.method,
      samples: this.#samples,
      book: this.#book,
      told: (seat, timeMs) => {
        if (timeMs >= this.#toldFromMs) this.#derived.add(seat, timeMs);
      },
      forecast: (seat, timeMs) => {
        if (timeMs >= this.#toldFromMs) this.#forecasts.add(seat, timeMs);
      },
      forgotten: (leaf) => this.#tap.map.release(leaf),
    };
    return new Timeline(openLook, ports);
  }
}
