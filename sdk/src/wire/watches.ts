import type { Episode } from './anomalies.ts';
import { isEpisode } from './anomalies.ts';
import { isRecord } from './check.ts';
import type { Labels } from './prometheus.ts';

/** One watched signal. Numbers are null where there is none. */
export interface WatchedSignal {
  /** Its derived series have this name in front of `:anomaly_score` and so on. */
  readonly signal: string;
  readonly labels: Labels;
  readonly stepMs: number;
  /** It has changed since it is known, so that it has a detector. */
  readonly awake: boolean;
  /** Enough history to be judged. */
  readonly warm: boolean;
  /** Of the newest look; 1 and over is anomalous. */
  readonly score: number;
  readonly actual: number | null;
  readonly expected: number | null;
  readonly lower: number | null;
  readonly upper: number | null;
  /** Memory of its state. */
  readonly sizeBytes: number;
}

/** `data` of `GET /statbar/v1/watches`. */
export interface WatchList {
  readonly families: number;
  /** Metrics whose history is being read, or about to be. */
  readonly awaitedFamilies: number;
  /** Signals with a detector; series that never changed have none. */
  readonly signals: number;
  /** Times that a series got none because of `watch.signals_max`. */
  readonly unwatchedSignals: number;
  /** Part of the history that has been read, in [0, 1]. */
  readonly historyDone: number;
  /** Time of the newest look. */
  readonly lookedAtMs: number;
  /** Of one core. */
  readonly cpuShare: number;
  /** Signals at a longer step because of `watch.cpu_share_max`. */
  readonly slowedSignals: number;
  /** Memory besides that of the signals. */
  readonly sizeBytes: number;
  /** The highest score first; as many as the parameter `limit` allows. */
  readonly watches: readonly WatchedSignal[];
}

/** `event: episode` of `GET /statbar/v1/stream?anomalies`. */
export interface EpisodeEvent {
  /** `open`: the episode lasted already when the stream began. */
  readonly kind: 'open' | 'start' | 'update' | 'end';
  /** Of the look that told. */
  readonly timeMs: number;
  readonly episode: Episode;
  /** Events that this listener missed since its last one because it read too slowly. */
  readonly skipped: number;
}

export function isEpisodeEvent(value: unknown): value is EpisodeEvent {
  return (
    isRecord(value) &&
    ['open', 'start', 'update', 'end'].includes(String(value['kind'])) &&
    typeof value['timeMs'] === 'number' &&
    isEpisode(value['episode'])
  );
}

export function isWatchList(value: unknown): value is WatchList {
  return (
    isRecord(value) &&
    typeof value['signals'] === 'number' &&
    Array.isArray(value['watches']) &&
    value['watches'].every((watch) => isRecord(watch) && typeof watch['signal'] === 'string')
  );
}
