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

  constructor(rules: IncidentRules) {
    this.#rules = rules;
  }

  /** Takes events in the order of time; gives what became of incidents by it. */
  take(event: FamilyEvent): EpisodeEvent {
    const { episode: member, timeMs, kind } = event;
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
        };
        this.#recent.push(incident);
      }
    }
    incident.members.set(member.family, member);
    if (incident.headline.family === member.family) incident.headline = member;
    if (timeMs - incident.startMs <= this.#rules.settleMs) this.#settle(incident);
    const over = kind === 'end' && !isOpen(incident);
    return {
      kind: begun ? 'start' : over ? 'end' : 'update',
      timeMs,
      episode: this.#episodeOf(incident),
    };
  }

  #settle(incident: Incident): void {
    let best = incident.headline;
    for (const member of incident.members.values()) {
      if (severity(member) > severity(best)) best = member;
    }
    incident.headline = best;
    incident.relations = new Map(
      [...incident.members.values()]
        .filter((member) => member !== best)
        .map((member) => [member.family, this.#rules.relate(best, member)]),
    );
  }

  #episodeOf(incident: Incident): Episode {
    const { headline, members, relations } = incident;
    const related = [...members.values()]
      .filter((member) => member !== headline)
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
  state(): readonly IncidentState[] {
    return this.#recent.map(({ id, startMs, headline, members, relations }) => ({
      ...{ id, startMs },
      headline: headline.family,
      members: [...members.values()],
      relations: [...relations],
    }));
  }

  /** Adds incidents that were saved, or that another timeline had. */
  restore(states: readonly IncidentState[]): void {
    for (const { id, startMs, headline, members, relations } of states) {
      const byFamily = new Map(members.map((member) => [member.family, member]));
      const first = byFamily.get(headline);
      if (first === undefined) continue;
      this.#recent.push({ id, startMs, headline: first, members: byFamily, relations: new Map(relations) });
    }
  }
}

/** As JSON has it, but for NaN. */
export interface IncidentState {
  readonly id: string;
  readonly startMs: number;
  readonly headline: string;
  readonly members: readonly FamilyEpisode[];
  readonly relations: ReadonlyArray<readonly [string, Relation]>;
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
