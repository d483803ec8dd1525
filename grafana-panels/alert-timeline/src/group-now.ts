import type { AlertState, Interval } from './alerts.ts';

/** Where an alert group stands, as the service answered an action, as far as intervals are concerned. */
export interface GroupNow {
  readonly id: string;
  readonly version: number;
  readonly state: 'waiting' | 'firing' | 'resolved';
  readonly acknowledgement: { readonly by: { readonly name: string }; readonly atMs: number } | null;
  readonly members: ReadonlyArray<{ readonly fingerprint: string; readonly silencedBy: readonly string[] }>;
  readonly silences: ReadonlyArray<{ readonly id: string; readonly startsAtMs: number }>;
}

/**
 * Intervals with what an action has changed since the data was asked for, so that nobody has to wait for the next
 * refresh: what was open ends at the change, and the new state begins there.
 */
export function withGroup(intervals: readonly Interval[], now: GroupNow, atMs: number): Interval[] {
  return intervals.flatMap((interval) => {
    if (interval.group !== now.id) return [interval];
    const { acknowledgement } = now;
    const known: Interval = {
      ...interval,
      groupVersion: now.version,
      acknowledgedBy: acknowledgement?.by.name ?? '',
      acknowledgedMs: acknowledgement?.atMs ?? Number.NaN,
    };
    if (!interval.isOpen) return [known];
    if (now.state === 'resolved') return [{ ...known, isOpen: false }];
    const [state, sinceMs] = standOf(interval, now, atMs);
    if (state === interval.state) return [known];
    // Not before it began, so that no time is told twice.
    const changeMs = Math.max(interval.startMs + 1, sinceMs);
    const endMs = Math.max(interval.endMs, changeMs + 1, atMs);
    return [
      { ...known, isOpen: false, endMs: changeMs },
      { ...known, state, startMs: changeMs, endMs },
    ];
  });
}

/** The state that an open interval has now, and since when. */
function standOf(interval: Interval, now: GroupNow, atMs: number): readonly [AlertState, number] {
  const member = now.members.find(({ fingerprint }) => fingerprint === interval.fingerprint);
  const silence = now.silences.find(({ id }) => member?.silencedBy.includes(id));
  if (silence !== undefined) return ['silenced', silence.startsAtMs];
  // What was silenced and is not any more was acknowledged or firing before.
  const since = (sinceMs: number): number => (interval.state === 'silenced' ? atMs : sinceMs);
  if (now.acknowledgement !== null) return ['acknowledged', since(now.acknowledgement.atMs)];
  return interval.state === 'pending' ? ['pending', atMs] : ['firing', atMs];
}

/** The group in an answer of the service, done or refused; undefined where there is none. */
export function groupOf(answer: unknown): GroupNow | undefined {
  const group = (answer as { data?: { group?: unknown } } | null)?.data?.group as
    | Partial<GroupNow>
    | null
    | undefined;
  const isWhole =
    typeof group?.id === 'string' &&
    typeof group.version === 'number' &&
    Array.isArray(group.members) &&
    Array.isArray(group.silences);
  return isWhole ? (group as GroupNow) : undefined;
}
