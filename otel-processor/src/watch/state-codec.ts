import { ByteReader, ByteWriter, FaultError } from '../base/index.ts';
import { type Episode, type Histogram, LabelSet } from '../model/index.ts';
import type { FamilyEpisode, FamilyTracker } from './family-episode.ts';
import type { IncidentsState } from './incidents.ts';
import { readJson, writeJson } from './json-codec.ts';
import type { Leaf } from './leaf.ts';
import type { FamilyKind } from './metric-kind.ts';
import type { SampleTable } from './sample-table.ts';
import type { Signal } from './signal.ts';
import type { SignalGroups } from './signal-groups.ts';
import type { Timeline, WatchedFamily } from './timeline.ts';
import type { Turns } from './turns.ts';

const VERSION = 4;
const kinds: readonly FamilyKind[] = ['counter', 'gauge', 'histogram', 'native'];

/** What `decodeTimeline` brings back. Nothing may look at the timeline meanwhile; samples may come. */
export async function encodeState(
  timeline: Timeline,
  samples: SampleTable,
  episodes: readonly Episode[],
  turns: Turns,
): Promise<Uint8Array> {
  const writer = new ByteWriter(64 * 1024);
  await turns.finish(encodeTimeline(timeline, samples.copy(), episodes, writer));
  return writer.view();
}

/**
 * Everything that a timeline knows, in turns: yields between leaves. Nothing may look at the timeline meanwhile;
 * samples may come, so those are taken as they were in the first turn (`samples` is a copy).
 */
function* encodeTimeline(
  timeline: Timeline,
  samples: SampleTable,
  episodes: readonly Episode[],
  writer: ByteWriter,
): Generator<void> {
  const families = [...timeline.families.values()].map((watched) => ({
    watched,
    leaves: watched.family.leaves.map((leaf) => ({ leaf, slots: [...leaf.slots], bounds: [...leaf.bounds] })),
  }));
  writer.uint8(VERSION);
  writer.string(timeline.shape);
  writer.float64(timeline.openLook);
  writer.uvarint(timeline.awake);
  writeJson(writer, episodes);
  writeJson(writer, timeline.incidents.state());
  writer.uvarint(families.length);
  for (const { watched, leaves } of families) {
    const { family, tracker, groups } = watched;
    writer.string(family.name);
    writer.uint8(kinds.indexOf(family.kind));
    writer.string(watched.learntBy);
    writeJson(writer, tracker.episode ?? null);
    writeJson(writer, tracker.hint ?? null);
    writer.float64(family.totalMs);
    encodeGroups(groups, writer);
    encodeSignals(family.totals, writer);
    writer.uvarint(leaves.length);
    for (const { leaf, slots, bounds } of leaves) {
      encodeLeaf(leaf, slots, bounds, samples, writer);
      yield;
    }
  }
}

function encodeLeaf(
  leaf: Leaf,
  slots: readonly number[],
  bounds: readonly number[],
  samples: SampleTable,
  writer: ByteWriter,
): void {
  writer.uvarint(leaf.labels.pairs.length);
  for (const text of leaf.labels.pairs) writer.string(text);
  writer.float64(leaf.valueMs);
  writer.float64(leaf.changes);
  for (const value of leaf.values) writer.float64(value);
  writer.uvarint(slots.length);
  writer.uint8(bounds.length > 0 ? 1 : 0);
  slots.forEach((slot, i) => {
    if (bounds.length > 0) {
      writer.float64(bounds[i]);
      writer.float64(leaf.bucketRates[i] ?? 0);
    }
    samples.encode(slot, writer);
  });
  writeJson(writer, leaf.nativeRates ?? null);
  encodeSignals(leaf.signals, writer);
}

function encodeSignals(signals: readonly Signal[], writer: ByteWriter): void {
  writer.uvarint(signals.length);
  for (const signal of signals) signal.encode(writer);
}

export interface DecodedState {
  readonly episodes: readonly Episode[];
  /** False when the timeline has nothing of it. */
  readonly isWhole: boolean;
}

/**
 * Makes `timeline` what was encoded; gives the episodes. Families that are not watched any more, or by settings that
 * teach other things, are left out.
 */
export function decodeTimeline(bytes: Uint8Array, samples: SampleTable, timeline: Timeline): DecodedState {
  // What files are read into is a Buffer, of which `slice` is a view: detectors take over memory of their own.
  const reader = new ByteReader(new Uint8Array(bytes));
  const version = reader.uint8();
  if (version !== VERSION) {
    throw new FaultError({
      code: 'unsupported',
      message: `version ${version} of the state`,
      retryable: false,
    });
  }
  const shape = reader.string();
  timeline.openLook = reader.float64();
  const awake = reader.uvarint();
  const episodes = readJson(reader) as readonly Episode[];
  // What was found stays found; what was learnt by looks of another length is of no use.
  if (shape !== timeline.shape) return { episodes, isWhole: false };
  timeline.incidents.restore(readJson(reader) as IncidentsState);
  for (let left = reader.uvarint(); left > 0; left--) decodeFamily(reader, samples, timeline);
  timeline.awake = awake;
  return { episodes, isWhole: true };
}

/** With its length before it: an entry that has become one of another method passes over it. */
function encodeGroups(groups: SignalGroups | undefined, writer: ByteWriter): void {
  const own = new ByteWriter();
  groups?.encode(own);
  writer.uvarint(own.length);
  writer.raw(own.view());
}

function decodeGroups(reader: ByteReader, groups: SignalGroups | undefined): void {
  const length = reader.uvarint();
  const bytes = reader.raw(length);
  if (length > 0) groups?.decode(new ByteReader(bytes));
}

function decodeFamily(reader: ByteReader, samples: SampleTable, timeline: Timeline): void {
  const name = reader.string();
  const kind = kinds[reader.uint8()];
  const learntBy = reader.string();
  const watched = timeline.add(name, kind) ?? timeline.addIgnored(name, kind);
  const { family, tracker } = watched;
  tracker.episode = (readJson(reader) as FamilyEpisode | null) ?? undefined;
  tracker.hint = (readJson(reader) as FamilyTracker['hint'] | null) ?? undefined;
  family.totalMs = reader.float64();
  decodeGroups(reader, watched.groups);
  family.totals = decodeSignals(reader, watched, timeline, undefined);
  for (let left = reader.uvarint(); left > 0; left--) {
    const pairs = Array.from({ length: reader.uvarint() }, () => reader.string());
    const leaf = family.leafOf(LabelSet.fromSortedPairs(pairs));
    leaf.valueMs = reader.float64();
    leaf.changes = reader.float64();
    for (let part = 0; part < leaf.values.length; part++) leaf.values[part] = reader.float64();
    const slots = reader.uvarint();
    const bounded = reader.uint8() === 1;
    const rates: number[] = [];
    for (let i = 0; i < slots; i++) {
      const bound = bounded ? reader.float64() : undefined;
      if (bounded) rates.push(reader.float64());
      family.addSlot(leaf, samples.decode(reader), bound);
    }
    leaf.bucketRates = Float64Array.from(rates);
    leaf.nativeRates = (readJson(reader) as Histogram | null) ?? undefined;
    leaf.signals = decodeSignals(reader, watched, timeline, leaf);
  }
  if (timeline.families.get(name) !== watched) return;
  if (watched.ignored || watched.learntBy !== learntBy) timeline.remove(name);
}

function decodeSignals(
  reader: ByteReader,
  { family }: WatchedFamily,
  timeline: Timeline,
  leaf: Leaf | undefined,
): readonly Signal[] {
  return Array.from({ length: reader.uvarint() }, (_, part) => {
    const signal = timeline.newSignal(family, part, leaf);
    signal.decode(reader, () => timeline.newHistory());
    return signal;
  });
}
