import { compareTexts, sortInSlices, yieldToEventLoop } from '../base/index.ts';
import type { LabelSet, Matcher, MetricMetadata } from '../model/index.ts';
import type { BlockSeries, BlockStore } from './block-types.ts';
import { hashLabelSet } from './label-hash.ts';
import type { LiveData } from './live-data.ts';
import { selectSeries } from './postings-select.ts';
import { mergeRuns } from './sample-runs.ts';
import { headStatistics } from './statistics.ts';
import type { ExemplarSeries, Querier, SampleBuffer, SelectedSeries, StoreStatistics } from './types.ts';

/** Series gathered between two turns of the event loop. */
const SERIES_PER_TURN = 2000;

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
    const { head } = this.#data;
    for (;;) {
      // A seal that ends while blocks are searched moves samples to a block that the search did not see; ids may
      // come to stand for other series while labels are gathered. Then it is done again.
      const { epoch } = head;
      const blockSeries = (await this.#blocks?.select(matchers, fromMs, toMs)) ?? [];
      if (epoch !== head.epoch) continue;
      const selected = await this.#join(new Selection(this, this.#data, matchers, fromMs, toMs), blockSeries);
      if (epoch === head.epoch) return selected;
    }
  }

  async series(matcherSets: MatcherSets, fromMs: number, toMs: number): Promise<readonly LabelSet[]> {
    const byKey = new Map<string, LabelSet>();
    for (const labels of (await this.#blocks?.series(matcherSets, fromMs, toMs)) ?? []) {
      byKey.set(labels.key, labels);
      if (byKey.size % SERIES_PER_TURN === 0) await yieldToEventLoop();
    }
    const { registry } = this.#data;
    await this.#forEachMatching(matcherSets, fromMs, toMs, (seriesId) => {
      const labels = registry.labels(seriesId);
      byKey.set(labels.key, labels);
    });
    return sortInSlices([...byKey.values()], (a, b) => a.compare(b), yieldToEventLoop);
  }

  async labelNames(matcherSets: MatcherSets, fromMs: number, toMs: number): Promise<readonly string[]> {
    const names = new Set<string>(await this.#blocks?.labelNames(matcherSets, fromMs, toMs));
    const { registry, postings } = this.#data;
    if (matcherSets.length === 0) {
      for (const name of postings.names()) {
        if (!names.has(name) && (await this.#valuesOf(name, fromMs, toMs, 1)).length > 0) names.add(name);
      }
      return [...names].sort();
    }
    await this.#forEachMatching(matcherSets, fromMs, toMs, (seriesId) => {
      registry.forEachSymbolPair(seriesId, (name) => names.add(registry.symbols.text(name)));
    });
    return [...names].sort();
  }

  async labelValues(
    labelName: string,
    matcherSets: MatcherSets,
    fromMs: number,
    toMs: number,
  ): Promise<readonly string[]> {
    const values = new Set<string>(await this.#blocks?.labelValues(labelName, matcherSets, fromMs, toMs));
    const { symbols } = this.#data.registry;
    if (matcherSets.length === 0) {
      const found = await this.#valuesOf(labelName, fromMs, toMs, Number.POSITIVE_INFINITY);
      for (const value of found) values.add(value);
    } else {
      await this.#forEachMatching(matcherSets, fromMs, toMs, (seriesId) => {
        this.#data.registry.forEachSymbolPair(seriesId, (name, value) => {
          if (symbols.text(name) === labelName) values.add(symbols.text(value));
        });
      });
    }
    return sortInSlices([...values], compareTexts, yieldToEventLoop);
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

  /** The series of the head and of blocks, each label set once. */
  async #join(selection: Selection, blockSeries: readonly BlockSeries[]): Promise<readonly SelectedSeries[]> {
    const { head, registry, postings } = this.#data;
    const { matchers, fromMs, toMs } = selection;
    const selected: SelectedSeries[] = [];
    const seriesIds = selectSeries(registry, postings, matchers);
    const blocksByHash = seriesIds.length === 0 ? undefined : await groupByHash(blockSeries);
    for (let i = 0; i < seriesIds.length; i++) {
      if (i % SERIES_PER_TURN === SERIES_PER_TURN - 1) await yieldToEventLoop();
      const seriesId = seriesIds[i];
      if (!registry.isLive(seriesId) || !head.overlaps(seriesId, fromMs, toMs)) continue;
      const labels = registry.labels(seriesId);
      const inBlocks = blocksByHash === undefined ? undefined : takeFrom(blocksByHash, labels);
      selected.push(new StoredSeries(selection, labels, seriesId, inBlocks));
    }
    let count = 0;
    for (const series of blocksByHash === undefined ? blockSeries : remaining(blocksByHash)) {
      selected.push(new StoredSeries(selection, series.labels, undefined, series));
      if (++count % SERIES_PER_TURN === 0) await yieldToEventLoop();
    }
    return selected;
  }

  /** Values of the label, at most `limit`, of series of the head that may have samples in the range. */
  async #valuesOf(labelName: string, fromMs: number, toMs: number, limit: number): Promise<string[]> {
    const { head, postings } = this.#data;
    const values: string[] = [];
    postings.forEachValue(labelName, (value) => values.push(value));
    const found: string[] = [];
    for (let i = 0; i < values.length && found.length < limit; i++) {
      const seriesIds = postings.series(labelName, values[i]);
      if (seriesIds.some((id) => head.overlaps(id, fromMs, toMs))) found.push(values[i]);
      if ((i + 1) % SERIES_PER_TURN === 0) await yieldToEventLoop();
    }
    return found;
  }

  /** Visits the head's series that match and may have samples in the range, in slices; some perhaps twice. */
  async #forEachMatching(
    matcherSets: MatcherSets,
    fromMs: number,
    toMs: number,
    visit: (seriesId: number) => void,
  ): Promise<void> {
    const { head } = this.#data;
    let { epoch } = head;
    let candidates = this.#candidates(matcherSets);
    for (let i = 0; i < candidates.length; i++) {
      if (head.overlaps(candidates[i], fromMs, toMs)) visit(candidates[i]);
      if ((i + 1) % SERIES_PER_TURN !== 0) continue;
      await yieldToEventLoop();
      if (epoch === head.epoch) continue;
      // Ids may stand for other series now: from the beginning.
      epoch = head.epoch;
      candidates = this.#candidates(matcherSets);
      i = -1;
    }
  }

  /** Ids that match any of the sets, or all when there is none; each once. */
  #candidates(matcherSets: MatcherSets): Uint32Array {
    const { registry, postings } = this.#data;
    if (matcherSets.length <= 1) return selectSeries(registry, postings, matcherSets[0] ?? []);
    const ids = new Set<number>();
    for (const matchers of matcherSets)
      for (const id of selectSeries(registry, postings, matchers)) ids.add(id);
    return Uint32Array.from(ids);
  }
}

/** What one `select` found; knows when samples have moved since, and then selects again, once for all its series. */
class Selection {
  readonly data: LiveData;
  readonly fromMs: number;
  readonly toMs: number;
  readonly #querier: Querier;
  readonly matchers: readonly Matcher[];
  readonly #epoch: number;
  #again: Promise<ReadonlyMap<string, SelectedSeries>> | undefined;

  constructor(querier: Querier, data: LiveData, matchers: readonly Matcher[], fromMs: number, toMs: number) {
    this.#querier = querier;
    this.data = data;
    this.matchers = matchers;
    this.fromMs = fromMs;
    this.toMs = toMs;
    this.#epoch = data.head.epoch;
  }

  get stale(): boolean {
    return this.#epoch !== this.data.head.epoch;
  }

  async readAgain(labels: LabelSet, into: SampleBuffer): Promise<void> {
    this.#again ??= this.#querier
      .select(this.matchers, this.fromMs, this.toMs)
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

async function groupByHash(series: readonly BlockSeries[]): Promise<Map<number, BlockSeries[]>> {
  const groups = new Map<number, BlockSeries[]>();
  for (let i = 0; i < series.length; i++) {
    const one = series[i];
    const group = groups.get(one.labelsHash);
    if (group === undefined) groups.set(one.labelsHash, [one]);
    else group.push(one);
    if ((i + 1) % SERIES_PER_TURN === 0) await yieldToEventLoop();
  }
  return groups;
}

function* remaining(groups: ReadonlyMap<number, readonly BlockSeries[]>): Generator<BlockSeries> {
  for (const group of groups.values()) yield* group;
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
