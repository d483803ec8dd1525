import { isDeepStrictEqual } from 'node:util';
import type { Batch, Episode, EpisodeFilter } from '../model/index.ts';
import type { WatchConfig, WatchEntry } from './config.ts';
import type { EpisodeListener } from './episode-book.ts';
import type { EpisodeEvent } from './incidents.ts';
import type { SignalStatus, WatchStatus } from './status.ts';
import { WatchEngine } from './watch-engine.ts';
import type { WatchPorts } from './watch-ports.ts';

/**
 * The watch of a tenant, whose configuration may change: then another engine takes over what is known, as after a
 * restart. What samples say meanwhile it reads from the store. Listeners stay.
 */
export class ReloadableWatch {
  readonly #ports: WatchPorts;
  readonly #listeners = new Set<EpisodeListener>();
  #config: WatchConfig;
  #entries: readonly WatchEntry[];
  #engine: WatchEngine;
  /** One reload after the other. */
  #reloading: Promise<unknown> = Promise.resolve();
  #stopped = false;

  constructor(config: WatchConfig, entries: readonly WatchEntry[], ports: WatchPorts) {
    this.#config = config;
    this.#entries = entries;
    this.#ports = ports;
    this.#engine = this.#newEngine();
  }

  /** See `WatchEngine.recover`. */
  recover(checkpoint: Uint8Array | undefined): void {
    this.#engine.recover(checkpoint);
  }

  start(): Promise<void> {
    return this.#engine.start();
  }

  /**
   * Watches by another configuration: metrics and expressions that it means to be watched otherwise begin anew, with
   * what is stored of them; all others go on. Settles when the new configuration is in force, true when it differs.
   */
  async reload(config: WatchConfig, entries: readonly WatchEntry[]): Promise<boolean> {
    const reloaded = this.#reloading.then(async () => {
      const isSame = isDeepStrictEqual([config, entries], [this.#config, this.#entries]);
      if (isSame || this.#stopped) return false;
      const state = await this.#engine.handOver();
      this.#config = config;
      this.#entries = entries;
      const engine = this.#newEngine();
      engine.recover(state);
      this.#engine = engine;
      await engine.start();
      return true;
    });
    this.#reloading = reloaded;
    return reloaded;
  }

  checkpoint(): Promise<void> {
    return this.#engine.checkpoint();
  }

  observe(batch: Batch): void {
    this.#engine.observe(batch);
  }

  advance(): Promise<void> {
    return this.#engine.advance();
  }

  episodes(filter: EpisodeFilter): readonly Episode[] {
    return this.#engine.episodes(filter);
  }

  /** See `WatchEngine.listen`. */
  listen(listener: EpisodeListener): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  status(): WatchStatus {
    return this.#engine.status();
  }

  signals(limit: number): readonly SignalStatus[] {
    return this.#engine.signals(limit);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#reloading;
    await this.#engine.stop();
  }

  #newEngine(): WatchEngine {
    const engine = new WatchEngine(this.#config, this.#entries, this.#ports);
    engine.listen((event: EpisodeEvent) => {
      for (const listener of this.#listeners) listener(event);
    });
    return engine;
  }
}
