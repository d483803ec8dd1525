import type { LabelSet, Matcher, MetricMetadata } from '../model/index.ts';
import type { BlockSeries, BlockStore } from './block-types.ts';
import { hashLabelSet } from './label-hash.ts';
import type { LiveData } from './live-data.ts';
import { selectSeries } from './postings-select.ts';
import { mergeRuns } from './sample-runs.ts';
import { headStatistics } from './statistics.ts';
import type { ExemplarSeries, Querier, SampleBuffer, SelectedSeries, StoreStatistics } from './types.ts';

type MatcherSets = readonly (readonly Matcher[])[];

/** Answers from the head and from blocks as from one store. Reads of what is in memory only are synchronous. */
export class StoreQuerier implements Querier {
  readonly #data: LiveData;
  readonly #blocks: BlockStore | undefined;

  constructor(data: LiveData, blocks: BlockStore | undefined) {
    this.#data = data;
    this.#blocks = blocks;
  }

  async select(
    matchers: readonly Matcher[],
    fromMs: number,
    toMs: number,
  ): Promise<readonly SelectedSeries[]> {
    const { head, registry, postings } = this.#data;
    let blockSeries: readonly BlockSeries[] = [];
    let epoch: number;
    do {
      // A seal that ends while blocks are searched moves samples to a block that the search did not see.
      epoch = head.epoch;
      blockSeries = (await this.#blocks?.select(matchers, fromMs, toMs)) ?? [];
    } while (epoch !== head.epoch);
    const selection = new Selection(this, this.#data, matchers, fromMs, toMs);
    const seriesIds = selectSeries(registry, postings, matchers);
    const selected: SelectedSeries[] = [];
    const blocksByHash = groupByHash(blockSeries);
    for (const seriesId of seriesIds) {
      if (!head.overlaps(seriesId, fromMs, toMs)) continue;
      const labels = registry.labels(seriesId);
      const inBlocks = blocksByHash.size === 0 ? undefined : takeFrom(blocksByHash, labels);
      selected.push(new StoredSeries(selection, labels, seriesId, inBlocks));
    }
    for (const group of blocksByHash.values()) {
      for (const series of group) {
        selected.push(new StoredSeries(selection, series.labels, undefined, series));
      }
    }
    return selected;
  }

  async series(matcherSets: MatcherSets, fromMs: number, toMs: number): Promise<readonly LabelSet[]> {
    const byKey = new Map<string, LabelSet>();
    for (const labels of (await this.#blocks?.series(matcherSets, fromMs, toMs)) ?? []) {
      byKey.set(labels.key, labels);
    }
    for (const seriesId of this.#matching(matcherSets, fromMs, toMs)) {
      const labels = this.#data.registry.labels(seriesId);
      byKey.set(labels.key, labels);
    }
    return [...byKey.values()].sort((a, b) => a.compare(b));
  }

  async labelNames(matcherSets: MatcherSets, fromMs: number, toMs: number): Promise<readonly string[]> {
    const names = new Set<string>(await this.#blocks?.labelNames(matcherSets, fromMs, toMs));
    const { head, postings, registry } = this.#data;
    if (matcherSets.length === 0) {
      for (const name of postings.names()) {
        if (names.has(name)) continue;
        postings.forEachValue(name, (_value, seriesIds) => {
          if (!names.has(name) && seriesIds.some((id) => head.overlaps(id, fromMs, toMs))) names.add(name);
        });
      }
      return [...names].sort();
    }
    const symbols = new Set<number>();
    for (const seriesId of this.#matching(matcherSets, fromMs, toMs)) {
      registry.forEachSymbolPair(seriesId, (name) => symbols.add(name));
    }
    for (const symbol of symbols) names.add(registry.symbols.text(symbol));
    return [...names].sort();
  }

  async labelValues(
    labelName: string,
    matcherSets: MatcherSets,
    fromMs: number,
    toMs: number,
  ): Promise<readonly string[]> {
    const values = new Set<string>(await this.#blocks?.labelValues(labelName, matcherSets, fromMs, toMs));
    const { head, postings, registry } = this.#data;
    if (matcherSets.length === 0) {
      postings.forEachValue(labelName, (value, seriesIds) => {
        if (!values.has(value) && seriesIds.some((id) => head.overlaps(id, fromMs, toMs))) values.add(value);
      });
      return [...values].sort();
    }
    const wanted = registry.symbols.find(labelName);
    const symbols = new Set<number>();
    for (const seriesId of this.#matching(matcherSets, fromMs, toMs)) {
      registry.forEachSymbolPair(seriesId, (name, value) => {
        if (name === wanted) symbols.add(value);
      });
    }
    for (const symbol of symbols) values.add(registry.symbols.text(symbol));
    return [...values].sort();
  }

  async exemplars(
    matcherSets: MatcherSets,
    fromMs: number,
    toMs: number,
  ): Promise<readonly ExemplarSeries[]> {
    const { registry, exemplars } = this.#data;
    const found: ExemplarSeries[] = [];
    for (const seriesId of this.#candidates(matcherSets)) {
      const ofSeries = exemplars.select(seriesId, fromMs, toMs);
      if (ofSeries.length > 0) found.push({ labels: registry.labels(seriesId), exemplars: ofSeries });
    }
    return found;
  }

  metadata(metricName?: string): ReadonlyMap<string, readonly MetricMetadata[]> {
    return this.#data.metadata.select(metricName);
  }

  statistics(limit: number): StoreStatistics {
    return headStatistics(this.#data, this.#blocks?.blocks() ?? [], limit);
  }

  *#matching(matcherSets: MatcherSets, fromMs: number, toMs: number): Generator<number> {
    const { head } = this.#data;
    for (const seriesId of this.#candidates(matcherSets)) {
      if (head.overlaps(seriesId, fromMs, toMs)) yield seriesId;
    }
  }

  /** Ids that match any of the sets, or all when there is none; each once. */
  #candidates(matcherSets: MatcherSets): Iterable<number> {
    const { registry, postings } = this.#data;
    if (matcherSets.length <= 1) return selectSeries(registry, postings, matcherSets[0] ?? []);
    const ids = new Set<number>();
    for (const matchers of matcherSets)
      for (const id of selectSeries(registry, postings, matchers)) ids.add(id);
    return ids;
  }
}

/** What one `select` found; knows when samples have moved since, and then selects again, once for all its series. */
class Selection {
  readonly data: LiveData;
  readonly fromMs: number;
  readonly toMs: number;
  readonly #querier: Querier;
  readonly #matchers: readonly Matcher[];
  readonly #epoch: number;
  #again: Promise<ReadonlyMap<string, SelectedSeries>> | undefined;

  constructor(querier: Querier, data: LiveData, matchers: readonly Matcher[], fromMs: number, toMs: number) {
    this.#querier = querier;
    this.data = data;
    this.#matchers = matchers;
    this.fromMs = fromMs;
    this.toMs = toMs;
    this.#epoch = data.head.epoch;
  }

  get stale(): boolean {
    return this.#epoch !== this.data.head.epoch;
  }

  async readAgain(labels: LabelSet, into: SampleBuffer): Promise<void> {
    this.#again ??= this.#querier
      .select(this.#matchers, this.fromMs, this.toMs)
      .then((selected) => new Map(selected.map((series) => [series.labels.key, series])));
    into.count = 0;
    into.histograms = undefined;
    await (await this.#again).get(labels.key)?.read(into);
  }
}

class StoredSeries implements SelectedSeries {
  readonly labels: LabelSet;
  readonly #selection: Selection;
  /** Undefined: only in blocks. */
  readonly #seriesId: number | undefined;
  readonly #inBlocks: BlockSeries | undefined;

  constructor(
    selection: Selection,
    labels: LabelSet,
    seriesId: number | undefined,
    inBlocks: BlockSeries | undefined,
  ) {
    this.#selection = selection;
    this.labels = labels;
    this.#seriesId = seriesId;
    this.#inBlocks = inBlocks;
  }

  read(into: SampleBuffer): void | Promise<void> {
    const selection = this.#selection;
    if (selection.stale) return selection.readAgain(this.labels, into);
    into.count = 0;
    into.histograms = undefined;
    const reading = this.#inBlocks?.read(into, selection.fromMs, selection.toMs);
    if (reading === undefined) {
      this.#addHead(into);
      return undefined;
    }
    return reading.then(() => {
      if (selection.stale) return selection.readAgain(this.labels, into);
      this.#addHead(into);
      return undefined;
    });
  }

  /** The head's samples are the newer ones: where a block has the same time, the head's stays. */
  #addHead(into: SampleBuffer): void {
    if (this.#seriesId === undefined) return;
    const { data, fromMs, toMs } = this.#selection;
    const split = into.count;
    data.head.read(this.#seriesId, fromMs, toMs, into);
    mergeRuns(into, split);
  }
}

function groupByHash(series: readonly BlockSeries[]): Map<number, BlockSeries[]> {
  const groups = new Map<number, BlockSeries[]>();
  for (const one of series) {
    const group = groups.get(one.labelsHash);
    if (group === undefined) groups.set(one.labelsHash, [one]);
    else group.push(one);
  }
  return groups;
}

/** Takes the series with these labels out of the groups. */
function takeFrom(groups: Map<number, BlockSeries[]>, labels: LabelSet): BlockSeries | undefined {
  const hash = hashLabelSet(labels);
  const group = groups.get(hash);
  const index = group?.findIndex((series) => series.labels.equals(labels)) ?? -1;
  if (group === undefined || index < 0) return undefined;
  const [taken] = group.splice(index, 1);
  if (group.length === 0) groups.delete(hash);
  return taken;
}
