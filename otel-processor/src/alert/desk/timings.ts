import { isWithin, readTimeInterval, type TimeInterval } from '../calendar/time-interval.ts';
import type { AlertConfig } from '../config.ts';
import type { Route } from './routes.ts';

/** Mute timings by name. */
export class Timings {
  readonly #intervals = new Map<string, readonly TimeInterval[]>();

  constructor(config: AlertConfig['mute_timings']) {
    for (const { name, time_intervals } of config) {
      const intervals = time_intervals.map(readTimeInterval);
      // Texts were checked with the configuration.
      this.#intervals.set(
        name,
        intervals.filter((each): each is TimeInterval => typeof each !== 'string'),
      );
    }
  }

  intervals(names: readonly string[]): readonly TimeInterval[] {
    return names.flatMap((name) => this.#intervals.get(name) ?? []);
  }

  isActive(name: string, timeMs: number): boolean {
    return (this.#intervals.get(name) ?? []).some((interval) => isWithin(interval, timeMs));
  }

  /** Names of the timings that hold a route back now; an active timing that does not hold counts as one. */
  mutedBy(route: Route, timeMs: number): readonly string[] {
    const muting = route.muteTimings.filter((name) => this.isActive(name, timeMs));
    const { activeTimings } = route;
    const isOff = activeTimings.length > 0 && !activeTimings.some((name) => this.isActive(name, timeMs));
    return isOff ? [...muting, ...activeTimings.map((name) => `outside ${name}`)] : muting;
  }

  static concern(route: Route): boolean {
    return route.muteTimings.length > 0 || route.activeTimings.length > 0;
  }
}
