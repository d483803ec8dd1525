import type { Episode, RelatedSignal } from '../model/index.ts';
import type { FamilyEpisode, FamilyEvent } from './family-episode.ts';

/** What listeners get: the episode as it is now. */
export interface EpisodeEvent {
  readonly kind: 'start' | 'update' | 'end';
  readonly timeMs: number;
  readonly episode: Episode;
}

/** How much two families' signals moved together when an incident began. */
export interface Relation {
  readonly correlation: number;
  readonly lift: number | null;
}

export interface IncidentRules {
  /** How long before or after the start of an incident a hint still belongs to it. */
  readonly hintMs: number;
  /** A family that begins so soon after an incident has ended belongs to it. */
  readonly mergeMs: number;
  /** So long after the start another family may become the headline. */
  readonly settleMs: number;
  relate(headline: FamilyEpisode, other: FamilyEpisode): Relation;
}

interface Incident {
  readonly id: string;
  readonly startMs: number;
  headline: FamilyEpisode;
  /** By family, in order of onset. */
  readonly members: Map<string, FamilyEpisode>;
  relations: ReadonlyMap<string, Relation>;
  /** Families that were anomalous about the time of its start, but not by themselves an episode. */
  readonly hints: Map<string, FamilyEpisode>;
}

const RELATED_MAX = 20;

/**
 * One incident, one episode: families of one job that become anomalous together are told as one episode, whose headline
 * is the family that deviates most by its own measure; the others are its related signals. Families whose deviating
 * series contradict each other (another region, another job) are different incidents.
 */
export class Incidents {
  readonly #rules: IncidentRules;
  /** Those that may still take families. */
  #recent: Incident[] = [];
  #hints: FamilyEpisode[] = [];

  constructor(rules: IncidentRules) {
    this.#rules = rules;
  }

  /** Takes events in the order of time; gives what became of an incident by it. */
  take(event: FamilyEvent): EpisodeEvent | undefined {
    const { episode: member, timeMs, kind } = event;
    if (kind === 'hint') return this.#hint(member, timeMs);
    this.#recent = this.#recent.filter(
      (incident) => isOpen(incident) || timeMs - lastMs(incident) <= this.#rules.mergeMs,
    );
    let incident = this.#recent.find(({ members }) => members.get(member.family)?.id === member.id);
    let begun = false;
    if (incident === undefined) {
      incident = this.#recent.find((candidate) => belongs(candidate, member));
      if (incident === undefined) {
        begun = true;
        incident = {
          id: member.id,
          startMs: member.startMs,
          headline: member,
          members: new Map(),
          relations: new Map(),
          hints: new Map(),
        };
        this.#recallHints(incident);
        this.#recent.push(incident);
      }
    }
    incident.members.set(member.family, member);
    incident.hints.delete(member.family);
    if (incident.headline.family === member.family) incident.headline = member;
    if (timeMs - incident.startMs <= this.#rules.settleMs) this.#settle(incident);
    const over = kind === 'end' && !isOpen(incident);
    return {
      kind: begun ? 'start' : over ? 'end' : 'update',
      timeMs,
      episode: this.#episodeOf(incident),
    };
  }

  /** A hint belongs to an incident that has begun lately; or else to one that begins soon. */
  #hint(hint: FamilyEpisode, timeMs: number): EpisodeEvent | undefined {
    const { hintMs } = this.#rules;
    this.#hints = this.#hints.filter(
      (other) => other.family !== hint.family && timeMs - other.lastMs <= hintMs,
    );
    this.#hints.push(hint);
    const incident = this.#recent.find(
      (candidate) =>
        isOpen(candidate) && hint.startMs - candidate.startMs <= hintMs && belongs(candidate, hint),
    );
    if (incident === undefined) return undefined;
    incident.hints.set(hint.family, hint);
    this.#relate(incident);
    return { kind: 'update', timeMs, episode: this.#episodeOf(incident) };
  }

  #recallHints(incident: Incident): void {
    for (const hint of this.#hints) {
      const near = incident.startMs - hint.lastMs <= this.#rules.hintMs;
      if (
        near &&
        belongs({ ...incident, members: new Map([[incident.headline.family, incident.headline]]) }, hint)
      )
        incident.hints.set(hint.family, hint);
    }
  }

  #settle(incident: Incident): void {
    let best = incident.headline;
    for (const member of incident.members.values()) {
      if (severity(member) > severity(best)) best = member;
    }
    incident.headline = best;
    this.#relate(incident);
  }

  #relate(incident: Incident): void {
    incident.relations = new Map(
      others(incident).map((member) => [member.family, this.#rules.relate(incident.headline, member)]),
    );
  }

  #episodeOf(incident: Incident): Episode {
    const { headline, relations } = incident;
    const related = others(incident)
      .slice(0, RELATED_MAX)
      .map((member): RelatedSignal => {
        const { correlation, lift } = relations.get(member.family) ?? { correlation: Number.NaN, lift: null };
        return {
          signal: member.signal,
          labels: member.labels,
          onsetMs: member.startMs,
          leadMs: headline.startMs - member.startMs,
          correlation,
          lift,
        };
      });
    const { signal, labels, peakMs, score, expected, actual, direction, why, explanation } = headline;
    const endMs = isOpen(incident) ? null : lastMs(incident);
    const { id, startMs } = incident;
    return {
      ...{ id, signal, labels, startMs, peakMs, endMs, score, expected, actual, direction, why, explanation },
      related,
    };
  }

  /** For a checkpoint. */
  state(): IncidentsState {
    const incidents = this.#recent.map(({ id, startMs, headline, members, relations, hints }) => ({
      ...{ id, startMs },
      headline: headline.family,
      members: [...members.values()],
      relations: [...relations],
      hints: [...hints.values()],
    }));
    return { incidents, hints: this.#hints };
  }

  /** Adds incidents that were saved, or that another timeline had. */
  restore({ incidents: states, hints: recentHints }: IncidentsState): void {
    this.#hints.push(...recentHints);
    for (const { id, startMs, headline, members, relations, hints: hinted } of states) {
      const byFamily = new Map(members.map((member) => [member.family, member]));
      const first = byFamily.get(headline);
      if (first === undefined) continue;
      const hints = new Map(hinted.map((hint) => [hint.family, hint]));
      this.#recent.push({
        id,
        startMs,
        headline: first,
        members: byFamily,
        relations: new Map(relations),
        hints,
      });
    }
  }
}

/** As JSON has it, but for NaN. */
export interface IncidentsState {
  readonly incidents: readonly IncidentState[];
  readonly hints: readonly FamilyEpisode[];
}

interface IncidentState {
  readonly id: string;
  readonly startMs: number;
  readonly headline: string;
  readonly members: readonly FamilyEpisode[];
  readonly relations: ReadonlyArray<readonly [string, Relation]>;
  readonly hints: readonly FamilyEpisode[];
}

/** Families besides the headline's, the first to deviate first. */
function others({ members, headline, hints }: Incident): readonly FamilyEpisode[] {
  return [...members.values(), ...hints.values()]
    .filter(({ family }) => family !== headline.family)
    .sort((a, b) => a.startMs - b.startMs || (a.family < b.family ? -1 : 1));
}

function isOpen({ members }: Incident): boolean {
  for (const { endMs } of members.values()) if (endMs === null) return true;
  return false;
}

function lastMs({ members }: Incident): number {
  return Math.max(...[...members.values()].map((member) => member.endMs ?? member.lastMs));
}

/** The same job, and no label on which they disagree. */
function belongs({ members }: Incident, other: FamilyEpisode): boolean {
  for (const member of members.values()) {
    if (member.family === other.family) return false;
    if (!jobsMeet(member.jobs, other.jobs)) return false;
    for (const [name, value] of Object.entries(member.labels)) {
      const theirs = other.labels[name];
      if (theirs !== undefined && theirs !== value) return false;
    }
  }
  return true;
}

function jobsMeet(a: readonly string[], b: readonly string[]): boolean {
  return a.length === 0 || b.length === 0 || a.some((job) => b.includes(job));
}

/** How much is wrong, for a person: surprise, times by how many doublings it is more or less than expected. */
function severity({ score, expected, actual }: FamilyEpisode): number {
  if (!Number.isFinite(actual) || !Number.isFinite(expected)) return score;
  const scale = Math.max(
    Math.min(Math.abs(expected), Math.abs(actual)),
    Math.abs(expected - actual) / 64,
    1e-300,
  );
  const doublings = Math.log2(1 + Math.abs(actual - expected) / scale);
  return Math.min(score, 10) * doublings;
}
