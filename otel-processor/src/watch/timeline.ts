import { type DetectorMethod, groupScoreMethod } from '../detect/index.ts';
import type { WatchConfig } from './config.ts';
import type { EpisodeBook } from './episode-book.ts';
import { explainFamily } from './explain-family.ts';
import { Family, type FamilyContext, type SignalSeat } from './family.ts';
import { type EpisodeRules, type FamilyEvent, FamilyTracker } from './family-episode.ts';
import { ForecastHistory } from './forecast-history.ts';
import { Incidents } from './incidents.ts';
import type { Leaf } from './leaf.ts';
import { makeRoom } from './make-room.ts';
import type { FamilyKind } from './metric-kind.ts';
import { relationOf } from './relate.ts';
import type { SampleTable } from './sample-table.ts';
import { Signal, type SignalContext } from './signal.ts';
import { type SignalGroups, signalGroupsOf } from './signal-groups.ts';
import {
  type ExpressionSource,
  learntByOf,
  type SignalSettings,
  settingsOf,
  type WatchSettings,
} from './watch-settings.ts';

export interface TimelinePorts {
  readonly config: WatchConfig;
  readonly settings: WatchSettings;
  readonly method: DetectorMethod;
  readonly samples: SampleTable;
  readonly book: EpisodeBook;
  /** A verdict to be written. */
  told(seat: SignalSeat, timeMs: number): void;
  forecast(seat: SignalSeat, timeMs: number): void;
  /** The leaf is watched no more; its slots are free. */
  forgotten(leaf: Leaf): void;
}

export interface WatchedFamily {
  readonly family: Family;
  readonly tracker: FamilyTracker;
  readonly settings: SignalSettings;
  /** Its values are those of an expression, not of a metric. */
  readonly expression: ExpressionSource | undefined;
  /** Its signals are scores of groups. */
  readonly groups: SignalGroups | undefined;
  /** What its state depends on: with other settings it begins anew. */
  readonly learntBy: string;
  /** Only there to be read past: the configuration ignores it by now. */
  readonly ignored: boolean;
}

/** Signals in which one false alarm must be ten times as rare for the score to be so much higher. */
const BAR_PER_TENFOLD = 0.2;

/** How much higher the bar is for a young signal. */
const YOUNG_TIMES = 2;
/** How often silent series are forgotten, at looks whose time is a multiple of it. */
export const SWEEP_MS = 3_600_000;

/** Families that are looked at together, up to the same look. */
export class Timeline {
  readonly families = new Map<string, WatchedFamily>();
  readonly incidents: Incidents;
  /** Looks and windows of another length make other states. */
  readonly shape: string;
  /** The first look not yet done. */
  openLook: number;
  /** Times that a signal was refused a detector because of `signals_max`. */
  refused = 0;
  /** Signals with a detector, as of the last full hour: what depends on it must not depend on the order of families. */
  awake = 0;
  /** The same as of now. */
  #awakeNow = 0;
  #refusedAtSweep = 0;
  #forecasts = 0;
  readonly #ports: TimelinePorts;
  readonly #context: FamilyContext;
  readonly #rules: Omit<EpisodeRules, 'explain'>;
  readonly #signalContext: SignalContext;

  constructor(openLook: number, ports: TimelinePorts) {
    const { config, samples } = ports;
    this.#ports = ports;
    this.shape = `${config.look} ${config.window} ${config.forecast_every}`;
    this.openLook = openLook;
    this.#signalContext = {
      method: ports.method,
      constantForMs: config.constant_for,
      relearnAfterMs: config.relearn_after,
      wakes: () => this.#wakes(),
    };
    this.#context = {
      samples,
      lookMs: config.look,
      windowLooks: Math.max(1, Math.round(config.window / config.look)),
      createSignals: (family, leaf) => this.#createSignals(family, leaf),
      told: ports.told,
      forecast: ports.forecast,
    };
    const quietMs = Math.max(2 * config.step, 6 * config.look);
    this.#rules = {
      quietMs,
      mergeMs: 5 * quietMs,
      windowMs: config.window,
      // Counts of a whole family vary by chance no more than is known; so does what somebody chose to watch.
      trusts: ({ signal, leaf, part }) =>
        this.families.get(signal.family)?.settings.chosen === true ||
        (leaf === undefined && this.families.get(signal.family)?.family.isCount(part) === true),
      bar: (seat, timeMs) => this.bar(seat.signal, timeMs),
    };
    const hintMs = 30 * config.look;
    this.incidents = new Incidents({
      mergeMs: 5 * quietMs,
      settleMs: 6 * config.look,
      hintMs,
      relate: (headline, other) => relationOf(headline, other, ports.book.all(), hintMs),
    });
  }

  /** The family, made if it is new; undefined when the configuration ignores it. */
  add(name: string, kind: FamilyKind): WatchedFamily | undefined {
    const known = this.families.get(name);
    if (known !== undefined) return known;
    const chosen = this.#ports.settings.ofExpression(name);
    if (chosen !== undefined) return this.#add(name, kind, chosen.settings, chosen.expression);
    const settings = this.#ports.settings.ofMetric(name, kind !== 'gauge');
    return settings === undefined ? undefined : this.#add(name, kind, settings, undefined);
  }

  /** A family of an old state that is read and then removed. */
  addIgnored(name: string, kind: FamilyKind): WatchedFamily {
    const watched = {
      ...{ family: new Family(name, kind), tracker: new FamilyTracker() },
      settings: settingsOf(this.#ports.config, undefined, false),
      ...{ expression: undefined, groups: undefined, learntBy: '', ignored: true },
    };
    this.families.set(name, watched);
    return watched;
  }

  remove(name: string): void {
    const watched = this.families.get(name);
    if (watched === undefined) return;
    for (const leaf of [...watched.family.leaves]) this.#forget(watched.family, leaf);
    this.families.delete(name);
  }

  /**
   * One family at one look. Yields for the caller to pause; the result is what became of its episode.
   */
  *lookAt(watched: WatchedFamily, look: number): Generator<void, FamilyEvent | undefined> {
    const { family, tracker } = watched;
    const timeMs = look * this.#ports.config.look;
    yield* family.look(timeMs, look, this.#context);
    if (family.hot.length === 0 && (tracker.episode === undefined || tracker.episode.endMs !== null))
      return undefined;
    return tracker.step(family, timeMs, {
      ...this.#rules,
      explain: (seat, startMs) => explainFamily(family, seat, startMs),
    });
  }

  /** What families said of one look or of several, in any order. */
  conclude(events: readonly FamilyEvent[]): void {
    const ordered = [...events].sort(
      (a, b) => a.timeMs - b.timeMs || (a.episode.family < b.episode.family ? -1 : 1),
    );
    for (const event of ordered) {
      const told = this.incidents.take(event);
      if (told !== undefined) this.#ports.book.note(told);
    }
  }

  /**
   * The score that makes an alarm of a signal. Of many signals one is likely to reach 1 by chance, so that the bar rises
   * with the logarithm of their number, unless somebody chose the signal. Of a young signal too little is known: how its
   * day goes, what comes back every few hours.
   */
  bar(signal: Signal, timeMs: number): number {
    const settings = this.families.get(signal.family)?.settings;
    // That there is nothing at all is not by chance.
    if (Number.isNaN(signal.actual)) return 1;
    const young = timeMs - signal.awakeMs < this.#ports.config.young_for ? YOUNG_TIMES : 1;
    if (settings?.chosen === true) return young;
    return young * (1 + BAR_PER_TENFOLD * Math.log10(Math.max(1, this.awake)));
  }

  /** To be called after some looks: forgets what has fallen silent, and counts the signals that have a detector. */
  sweep(timeMs: number): void {
    const sinceMs = timeMs - this.#ports.config.forget_after;
    for (const { family } of this.families.values())
      for (const leaf of family.silent(sinceMs, this.#ports.samples)) this.#forget(family, leaf);
    this.awake = this.#countAwake();
    this.#awakeNow = this.awake;
    if (this.refused > this.#refusedAtSweep) makeRoom(this.families.values(), this.#ports.config.signals_max);
    this.#refusedAtSweep = this.refused;
  }

  #countAwake(): number {
    let awake = 0;
    for (const { family } of this.families.values()) {
      for (const signal of family.totals) if (signal.awake) awake += 1;
      for (const leaf of family.leaves) for (const signal of leaf.signals) if (signal.awake) awake += 1;
    }
    return awake;
  }

  #wakes(): boolean {
    if (this.#awakeNow >= this.#ports.config.signals_max) {
      this.refused += 1;
      return false;
    }
    this.#awakeNow += 1;
    return true;
  }

  /** Signals with a detector. */
  get awakeNow(): number {
    return this.#awakeNow;
  }

  /** Takes over what another timeline has, which has looked as far as this one. */
  absorb(other: Timeline): void {
    for (const [name, watched] of other.families) this.families.set(name, watched);
    this.incidents.restore(other.incidents.state());
    this.awake += other.awake;
    this.#awakeNow = this.#countAwake();
    this.refused += other.refused;
  }

  /** `leaf` undefined: of the total. */
  newSignal(family: Family, part: number, leaf: Leaf | undefined): Signal {
    const watched = this.families.get(family.name);
    if (watched === undefined) throw new Error(`family ${family.name} has no settings`);
    const { settings, groups } = watched;
    const own =
      groups === undefined || leaf === undefined
        ? settings.method
        : groupScoreMethod((timeMs) => groups.whyAt(leaf.labels, timeMs));
    const identity = {
      family: family.name,
      name: family.signalName(part, leaf === undefined),
      isCount: family.isCount(part),
    };
    const context = own === undefined ? this.#signalContext : { ...this.#signalContext, method: own };
    return new Signal(identity, settings.profile, context);
  }

  #createSignals(family: Family, leaf: Leaf | undefined): readonly Signal[] {
    const signals = family.parts.map((_, part) => this.newSignal(family, part, leaf));
    const isAlone = family.leaves.length === 1;
    if (leaf === undefined || isAlone || this.families.get(family.name)?.settings.chosen === true) {
      for (const signal of signals) if (this.#mayForecast()) signal.history = this.newHistory();
    }
    return signals;
  }

  /** Values that found no place in a group. */
  get ungrouped(): number {
    let count = 0;
    for (const { groups } of this.families.values()) count += groups?.refused ?? 0;
    return count;
  }

  newHistory(): ForecastHistory {
    return new ForecastHistory(this.#ports.config.forecast_every);
  }

  #mayForecast(): boolean {
    const { forecast_horizon: horizonMs, forecasts_max: max } = this.#ports.config;
    if (horizonMs === 0 || this.#forecasts >= max) return false;
    this.#forecasts += 1;
    return true;
  }

  #add(
    name: string,
    kind: FamilyKind,
    settings: SignalSettings,
    expression: ExpressionSource | undefined,
  ): WatchedFamily {
    const family = new Family(name, kind);
    const groups = signalGroupsOf(expression, settings.profile);
    const learntBy = learntByOf(settings, expression);
    const state = { family, tracker: new FamilyTracker(), groups };
    const watched = { ...state, settings, expression, learntBy, ignored: false };
    this.families.set(name, watched);
    return watched;
  }

  #forget(family: Family, leaf: Leaf): void {
    family.removeLeaf(leaf);
    this.#ports.forgotten(leaf);
    for (const slot of leaf.slots) this.#ports.samples.remove(slot);
  }
}
