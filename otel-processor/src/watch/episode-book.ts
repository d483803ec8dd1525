import { type Episode, type EpisodeFilter, METRIC_NAME } from '../model/index.ts';
import type { EpisodeEvent } from './incidents.ts';

export type EpisodeListener = (event: EpisodeEvent) => void;

/** All episodes that are kept, the oldest start first; bounded by number and age. */
export class EpisodeBook {
  readonly #episodesMax: number;
  readonly #keptForMs: number;
  #episodes: Episode[] = [];
  readonly #byId = new Map<string, number>();
  readonly #listeners = new Set<EpisodeListener>();
  /** Episodes that gave way to newer ones. */
  evicted = 0;

  constructor(episodesMax: number, keptForMs: number) {
    this.#episodesMax = episodesMax;
    this.#keptForMs = keptForMs;
  }

  get size(): number {
    return this.#episodes.length;
  }

  all(): readonly Episode[] {
    return this.#episodes;
  }

  /** Keeps the episode in place of what was known of it, and tells listeners. */
  note(event: EpisodeEvent): void {
    this.put(event.episode);
    for (const listener of this.#listeners) listener(event);
  }

  put(episode: Episode): void {
    const known = this.#byId.get(episode.id);
    if (known !== undefined && this.#episodes[known]?.id === episode.id) {
      this.#episodes[known] = episode;
      return;
    }
    this.#episodes.push(episode);
    this.#episodes.sort((a, b) => a.startMs - b.startMs || (a.id < b.id ? -1 : 1));
    const newestMs = this.#episodes[this.#episodes.length - 1].startMs;
    const kept = this.#episodes.filter(
      ({ startMs, endMs }) => endMs === null || startMs >= newestMs - this.#keptForMs,
    );
    const surplus = Math.max(0, kept.length - this.#episodesMax);
    this.evicted += surplus;
    this.#episodes = kept.slice(surplus);
    this.#byId.clear();
    this.#episodes.forEach(({ id }, i) => {
      this.#byId.set(id, i);
    });
  }

  /** Latest start first; see `EpisodeFilter`. */
  list(filter: EpisodeFilter): readonly Episode[] {
    const found: Episode[] = [];
    const { after } = filter;
    for (let i = this.#episodes.length - 1; i >= 0 && found.length < filter.limit; i--) {
      const episode = this.#episodes[i];
      const { startMs, id, endMs, score, labels, signal } = episode;
      if (after !== undefined && (startMs > after.startMs || (startMs === after.startMs && id >= after.id)))
        continue;
      if (filter.active !== undefined && filter.active !== (endMs === null)) continue;
      if (startMs > filter.toMs || (endMs ?? Number.POSITIVE_INFINITY) < filter.fromMs) continue;
      if (score < filter.scoreMin) continue;
      const named: Readonly<Record<string, string>> = { ...labels, [METRIC_NAME]: signal };
      const { matcherSets } = filter;
      if (
        matcherSets.length > 0 &&
        !matcherSets.some((matchers) => matchers.every((each) => each.matches(named[each.name] ?? '')))
      )
        continue;
      found.push(episode);
    }
    return found;
  }

  /** Until the returned function is called. */
  listen(listener: EpisodeListener): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }
}
