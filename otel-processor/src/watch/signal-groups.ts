import type { ByteReader, ByteWriter } from '../base/index.ts';
import {
  createObservation,
  type Evidence,
  type GroupDetector,
  type GroupDetectorMethod,
  type SignalProfile,
} from '../detect/index.ts';
import { LabelSet } from '../model/index.ts';
import type { ExpressionSource } from './watch-settings.ts';

export interface GroupOptions {
  readonly method: GroupDetectorMethod;
  readonly profile: SignalProfile;
  /** Series with the same values of these labels are one group. */
  readonly by: readonly string[];
  readonly groupsMax: number;
}

/** One value at a step: of a series of an expression, or the score of a group. */
export interface MemberValue {
  readonly labels: LabelSet;
  readonly value: number;
}

interface Group {
  readonly labels: LabelSet;
  /** The labels that tell members apart, as text, sorted. */
  members: readonly string[];
  detector: GroupDetector;
}

/** Reasons are asked for when a score is looked at, at most one slice of history after it was given. */
const REASONS_MAX = 1000;
/** Less than that is no part of an episode. */
const REASON_SCORE_MIN = 0.5;

const into = createObservation();

/**
 * The series of an expression, group by group: each step of a group is one score. A group begins anew when it gets a
 * new member, because its detector cannot grow; a member without a value is taken to be as always.
 */
export class SignalGroups {
  readonly #options: GroupOptions;
  readonly #by: ReadonlySet<string>;
  readonly #groups = new Map<string, Group>();
  /** By group and time. */
  readonly #reasons = new Map<string, readonly Evidence[]>();
  #newestMs = Number.NEGATIVE_INFINITY;
  /** Values that were left out because of the limits on groups and their members. */
  refused = 0;

  constructor(options: GroupOptions) {
    this.#options = options;
    this.#by = new Set(options.by);
  }

  /** What the groups' detectors say of one step; nothing of a step that they have seen, and of groups that are young. */
  step(timeMs: number, rows: readonly MemberValue[]): readonly MemberValue[] {
    if (timeMs <= this.#newestMs) return [];
    this.#newestMs = timeMs;
    const scores: MemberValue[] = [];
    for (const [key, { labels, values }] of this.#sort(rows)) {
      const group = this.#groupOf(key, labels, values);
      if (group === undefined) continue;
      const row = Float64Array.from(group.members, (member) => values.get(member) ?? Number.NaN);
      group.detector.observe(timeMs, row, into);
      if (!into.warm) continue;
      scores.push({ labels, value: into.score });
      if (into.score >= REASON_SCORE_MIN) this.#remember(labels, timeMs, group.detector.why());
    }
    return scores;
  }

  /** Why a group had its score. */
  whyAt(labels: LabelSet, timeMs: number): readonly Evidence[] {
    return this.#reasons.get(`${timeMs} ${labels.key}`) ?? [];
  }

  encode(writer: ByteWriter): void {
    writer.float64(this.#newestMs);
    writer.uvarint(this.#groups.size);
    for (const { labels, members, detector } of this.#groups.values()) {
      writer.uvarint(labels.pairs.length);
      for (const text of labels.pairs) writer.string(text);
      writer.uvarint(members.length);
      for (const member of members) writer.string(member);
      const state = detector.encode();
      writer.uvarint(state.length);
      writer.raw(state);
    }
  }

  /** Replaces the state by an encoded one; a group whose state is of another version begins anew. */
  decode(reader: ByteReader): void {
    const { method, profile } = this.#options;
    this.#newestMs = reader.float64();
    this.#groups.clear();
    for (let left = reader.uvarint(); left > 0; left--) {
      const labels = LabelSet.fromSortedPairs(
        Array.from({ length: reader.uvarint() }, () => reader.string()),
      );
      const members = Array.from({ length: reader.uvarint() }, () => reader.string());
      const state = reader.raw(reader.uvarint()).slice();
      const detector = method.decode(profile, members, state) ?? method.create(profile, members);
      this.#groups.set(labels.key, { labels, members, detector });
    }
  }

  #sort(rows: readonly MemberValue[]): Map<string, { labels: LabelSet; values: Map<string, number> }> {
    const found = new Map<string, { labels: LabelSet; values: Map<string, number> }>();
    for (const { labels, value } of rows) {
      const own = LabelSet.of(this.#options.by.map((name) => [name, labels.get(name) ?? ''] as const));
      const group = found.get(own.key) ?? { labels: own, values: new Map<string, number>() };
      found.set(own.key, group);
      group.values.set(memberName(labels.without(this.#by)), value);
    }
    return found;
  }

  #groupOf(key: string, labels: LabelSet, values: ReadonlyMap<string, number>): Group | undefined {
    const { method, profile, groupsMax } = this.#options;
    const known = this.#groups.get(key);
    const strangers = [...values.keys()].filter((member) => known?.members.includes(member) !== true);
    const room = method.signalsMax - (known?.members.length ?? 0);
    if (known === undefined && this.#groups.size >= groupsMax) {
      this.refused += strangers.length;
      return undefined;
    }
    this.refused += Math.max(0, strangers.length - room);
    const added = strangers.sort().slice(0, room);
    if (known !== undefined && added.length === 0) return known;
    const members = [...(known?.members ?? []), ...added].sort();
    const group = { labels, members, detector: method.create(profile, members) };
    this.#groups.set(key, group);
    return group;
  }

  #remember(labels: LabelSet, timeMs: number, why: readonly Evidence[]): void {
    if (this.#reasons.size >= REASONS_MAX) {
      for (const [oldest] of this.#reasons) {
        this.#reasons.delete(oldest);
        break;
      }
    }
    this.#reasons.set(`${timeMs} ${labels.key}`, why);
  }
}

/** Undefined: the series of the expression are judged one by one. */
export function signalGroupsOf(
  expression: ExpressionSource | undefined,
  profile: SignalProfile,
): SignalGroups | undefined {
  if (expression?.groups === undefined) return undefined;
  return new SignalGroups({ ...expression.groups, profile, groupsMax: expression.seriesMax });
}

/** What a person calls a member: the values of its labels. */
function memberName(labels: LabelSet): string {
  const values = labels.pairs.filter((_, i) => i % 2 === 1);
  return values.length > 0 ? values.join(' ') : 'the signal';
}
