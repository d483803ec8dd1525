import type { AlertDigest } from '@statbar/sdk/wire';
import { newEntry } from '../outbox/new-entry.ts';
import type { Target } from '../outbox/targets.ts';
import type { OutboxEntry } from '../types.ts';
import type { DeskContext } from './context.ts';
import type { GroupDocument, StormDocument } from './docs.ts';
import { calm, isOver, nextStorm, type StormStanding } from './next-storm.ts';

const DIGEST_PAUSE_MS = 2000;
const DIGEST_GROUPS_MAX = 500;
const TITLES_MAX = 20;

/** Keeps channels from being flooded: over so many new groups a minute, a rolling digest stands in for their cards. */
export class StormKeeper {
  readonly #context: DeskContext;
  readonly #standings = new Map<string, StormStanding>();

  constructor(context: DeskContext) {
    this.#context = context;
  }

  /** The targets that get the new group as a card of its own; for the others it goes into the digest. */
  admit(group: GroupDocument, targets: readonly Target[], nowMs: number): readonly Target[] {
    const digests: string[] = [];
    const admitted = targets.filter((target) => {
      if (target.chat === undefined) return true;
      const { standing, digest } = nextStorm(
        this.#rule,
        this.#standings.get(target.key) ?? this.#recovered(target.key),
        nowMs,
      );
      this.#standings.set(target.key, standing);
      if (!digest) return true;
      digests.push(target.key);
      this.#add(target, group, standing, nowMs);
      return false;
    });
    if (digests.length > 0) {
      this.#context.tables.groups.put(group.id, { ...group, digests: [...group.digests, ...digests] });
    }
    return admitted;
  }

  /** A group that is told by digests changed. */
  note(group: GroupDocument, nowMs: number): void {
    for (const key of group.digests) {
      const storm = this.#context.tables.storms.get(key);
      if (storm !== undefined) this.#write(storm, nowMs);
    }
  }

  /** Ends storms that have been quiet for long enough. */
  tick(nowMs: number): void {
    for (const storm of [...this.#context.tables.storms.values()]) {
      const standing = this.#standings.get(storm.target) ?? this.#recovered(storm.target);
      if (!isOver(this.#rule, standing, nowMs)) continue;
      this.#standings.set(storm.target, { ...standing, sinceMs: undefined });
      this.#write({ ...storm, untilMs: nowMs }, nowMs);
      this.#context.tables.storms.remove(storm.target);
    }
  }

  get #rule() {
    const { groups_per_minute_max, quiet } = this.#context.config.storm;
    return { perMinuteMax: groups_per_minute_max, quietMs: quiet };
  }

  #recovered(key: string): StormStanding {
    const storm = this.#context.tables.storms.get(key);
    if (storm === undefined) return calm;
    return { newAtsMs: [], sinceMs: storm.sinceMs, lastNewMs: storm.lastNewMs };
  }

  #add(target: Target, group: GroupDocument, standing: StormStanding, nowMs: number): void {
    const storm = this.#context.tables.storms.get(target.key);
    const next: StormDocument = {
      target: target.key,
      sinceMs: standing.sinceMs ?? nowMs,
      untilMs: undefined,
      lastNewMs: nowMs,
      groupIds: [...(storm?.groupIds ?? []), group.id].slice(-DIGEST_GROUPS_MAX),
      revision: storm?.revision ?? 0,
    };
    this.#context.tables.storms.put(target.key, next);
    this.#write(next, nowMs, target);
  }

  #write(storm: StormDocument, nowMs: number, target?: Target): void {
    const { outbox, tables } = this.#context;
    const id = `digest-${storm.sinceMs}/${storm.target}/digest`;
    const revision = storm.revision + 1;
    if (storm.untilMs === undefined) tables.storms.put(storm.target, { ...storm, revision });
    const before = outbox.get(id);
    if (before === undefined && target?.chat === undefined) return;
    const entry = before ?? firstEntry(id, storm, target, nowMs);
    if (entry?.chat === undefined) return;
    const busy = entry.state === 'sending' || entry.state === 'unknown';
    outbox.put({
      ...entry,
      state: busy ? entry.state : 'pending',
      wanted: revision,
      updatedAtMs: nowMs,
      notBeforeMs: before === undefined ? nowMs : Math.max(entry.notBeforeMs, nowMs + DIGEST_PAUSE_MS),
      chat: { ...entry.chat, digest: this.#digest(storm) },
    });
  }

  #digest(storm: StormDocument): AlertDigest {
    const { groups } = this.#context.tables;
    const byTitle = new Map<string, { title: string; count: number; firing: number }>();
    const found = storm.groupIds.flatMap((id) => groups.get(id) ?? []);
    for (const group of found) {
      const title = group.labels['alertname'] ?? 'Alerts';
      const row = byTitle.get(title) ?? { title, count: 0, firing: 0 };
      row.count += 1;
      if (group.state === 'firing') row.firing += 1;
      byTitle.set(title, row);
    }
    const firingCount = found.filter(({ state }) => state === 'firing').length;
    return {
      sinceMs: storm.sinceMs,
      untilMs: storm.untilMs ?? null,
      groupCount: found.length,
      firingCount,
      resolvedCount: found.length - firingCount,
      titles: [...byTitle.values()].sort((a, b) => b.count - a.count).slice(0, TITLES_MAX),
      groups: found.slice(-TITLES_MAX).map(({ id, labels, state }) => ({
        id,
        title: Object.values(labels).join(' '),
        state,
        url: this.#context.ports.externalUrl === '' ? '' : `${this.#context.ports.externalUrl}/alerts/${id}`,
      })),
    };
  }
}

function firstEntry(
  id: string,
  storm: StormDocument,
  target: Target | undefined,
  nowMs: number,
): OutboxEntry | undefined {
  if (target?.chat === undefined) return undefined;
  return { ...newEntry({ id: `digest-${storm.sinceMs}` }, target, 'digest', 'fired', 1, nowMs), id };
}
