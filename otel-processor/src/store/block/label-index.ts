import { ByteReader } from '../../base/index.ts';
import { LabelSet, type Matcher, METRIC_NAME } from '../../model/index.ts';
import {
  type IndexFile,
  SECTION_COLUMN,
  SECTION_HASHES,
  SECTION_SHAPES,
  SECTION_SYMBOLS,
} from './index-file.ts';
import { malformed } from './sections.ts';
import { SymbolList } from './symbol-list.ts';

const none = new Uint32Array(0);

/** Value symbols of one label name. `series` is undefined when every series has the label. */
interface LabelColumn {
  readonly series: Uint32Array | undefined;
  readonly values: Uint32Array;
}

/**
 * Labels of a block's series, by column: for each label name the value of each series that has it. A matcher is
 * one pass over a column of integers (verdicts are remembered by value), which takes less memory than lists of
 * series per value and is as fast up to a million series; series are sorted by metric name, so a selector with a
 * name starts from its range. Columns are decoded when they are first asked for. Damage throws a `FaultError`.
 */
export class LabelIndex {
  readonly symbols: SymbolList;
  readonly seriesCount: number;
  readonly #file: IndexFile;
  readonly #names: readonly string[];
  readonly #nameNumbers: ReadonlyMap<string, number>;
  readonly #shapes: readonly (readonly number[])[];
  readonly #shapeOfSeries: Uint32Array;
  readonly #columns: (LabelColumn | undefined)[];
  #hashes: DataView | undefined;

  constructor(file: IndexFile) {
    this.#file = file;
    this.symbols = new SymbolList(file.section(SECTION_SYMBOLS, 0));
    const reader = new ByteReader(file.section(SECTION_SHAPES, 0));
    const names: string[] = [];
    for (let rest = reader.uvarint(); rest > 0; rest--) names.push(this.symbols.text(reader.uvarint()));
    this.#names = names;
    this.#nameNumbers = new Map(names.map((name, number) => [name, number]));
    const shapes: number[][] = [];
    for (let rest = reader.uvarint(); rest > 0; rest--) shapes.push(readShape(reader, names.length));
    this.#shapes = shapes;
    this.seriesCount = reader.uvarint();
    if (this.seriesCount > reader.end) throw malformed('more series than the index has room for');
    this.#shapeOfSeries = new Uint32Array(this.seriesCount);
    for (let series = 0; series < this.seriesCount; series++) {
      const shape = reader.uvarint();
      if (shape >= shapes.length) throw malformed('shape of a series out of range');
      this.#shapeOfSeries[series] = shape;
    }
    this.#columns = new Array(names.length);
  }

  /** Decoded in slices, with the decompression off the main thread. Throws as the constructor does. */
  static async open(file: IndexFile, pause: () => Promise<void>): Promise<LabelIndex> {
    await file.load(SECTION_SYMBOLS, 0);
    await file.load(SECTION_SHAPES, 0);
    const index = new LabelIndex(file);
    await pause();
    return index;
  }

  /** Decodes what `match` of these matchers needs, in slices, so that it takes no time later. */
  async prepare(matchers: readonly Matcher[], pause: () => Promise<void>): Promise<void> {
    for (const matcher of matchers) {
      const name = this.#nameNumbers.get(matcher.name);
      if (name !== undefined) await this.#prepareColumn(name, pause);
    }
  }

  /** The same for `labels` and `labelsHash`. */
  async prepareLabels(pause: () => Promise<void>): Promise<void> {
    for (let name = 0; name < this.#names.length; name++) await this.#prepareColumn(name, pause);
    if (this.#hashes === undefined) await this.#file.load(SECTION_HASHES, 0);
  }

  /** Memory held now, about; it grows as columns and texts are decoded. */
  get sizeBytes(): number {
    let bytes = this.#file.sizeBytes + this.symbols.sizeBytes + this.#shapeOfSeries.byteLength;
    for (const column of this.#columns) {
      if (column !== undefined) bytes += column.values.byteLength + (column.series?.byteLength ?? 0);
    }
    return bytes + (this.#hashes?.byteLength ?? 0);
  }

  labels(series: number): LabelSet {
    const names = this.#shapes[this.#shapeOfSeries[series]];
    const pairs = new Array<string>(names.length * 2);
    for (let i = 0; i < names.length; i++) {
      pairs[2 * i] = this.#names[names[i]];
      pairs[2 * i + 1] = this.symbols.text(this.#valueOf(names[i], series));
    }
    return LabelSet.fromSortedPairs(pairs);
  }

  /** `hashLabelSet` of the series' labels. */
  labelsHash(series: number): number {
    if (this.#hashes === undefined) {
      const bytes = this.#file.section(SECTION_HASHES, 0);
      if (bytes.length !== this.seriesCount * 8) throw malformed('length of the hashes out of range');
      this.#hashes = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    }
    const low = this.#hashes.getUint32(series * 8, true);
    return this.#hashes.getUint32(series * 8 + 4, true) * 0x1_0000_0000 + low;
  }

  /** Numbers of the series that satisfy all matchers, ascending. */
  match(matchers: readonly Matcher[]): Uint32Array {
    let found: Uint32Array | undefined;
    const rest: Matcher[] = [];
    for (const matcher of matchers) {
      if (found === undefined && matcher.type === '=' && matcher.name === METRIC_NAME) {
        found = this.#rangeOfMetric(matcher.value);
      } else rest.push(matcher);
    }
    // Matchers with few candidate values are cheaper and usually leave less for the others.
    rest.sort((a, b) => Number(a.candidates === undefined) - Number(b.candidates === undefined));
    found ??= consecutive(0, this.seriesCount);
    for (const matcher of rest) {
      if (found.length === 0) break;
      found = this.#filter(found, matcher);
    }
    return found;
  }

  /** Names of labels that one of these series has, unsorted. */
  labelNames(series: Uint32Array): Set<string> {
    const used = new Uint8Array(this.#shapes.length);
    for (const number of series) used[this.#shapeOfSeries[number]] = 1;
    const names = new Set<string>();
    this.#shapes.forEach((shape, number) => {
      if (used[number] === 1) for (const name of shape) names.add(this.#names[name]);
    });
    return names;
  }

  /** Values of the label among these series (ascending), unsorted. */
  labelValues(labelName: string, series: Uint32Array): Set<string> {
    const name = this.#nameNumbers.get(labelName);
    const values = new Set<string>();
    if (name === undefined) return values;
    const seen = new Uint8Array(this.symbols.count + 1);
    this.#forEachValue(name, series, (value) => {
      seen[value] = 1;
    });
    for (let value = 1; value < seen.length; value++)
      if (seen[value] === 1) values.add(this.symbols.text(value));
    return values;
  }

  #rangeOfMetric(metricName: string): Uint32Array {
    const symbol = metricName === '' ? 0 : this.symbols.find(metricName);
    if (symbol === undefined) return none;
    const name = this.#nameNumbers.get(METRIC_NAME);
    const valueAt = (series: number): number => (name === undefined ? 0 : this.#valueOf(name, series));
    const start = partitionPoint(this.seriesCount, (series) => valueAt(series) < symbol);
    const end = partitionPoint(this.seriesCount, (series) => valueAt(series) <= symbol);
    return consecutive(start, end);
  }

  #filter(series: Uint32Array, matcher: Matcher): Uint32Array {
    const name = this.#nameNumbers.get(matcher.name);
    if (name === undefined) return matcher.matches('') ? series : none;
    const kept = new Uint32Array(series.length);
    let count = 0;
    const accepts = this.#verdicts(matcher);
    this.#forEachValue(name, series, (value, number) => {
      if (accepts(value)) kept[count++] = number;
    });
    return kept.subarray(0, count);
  }

  /** The matcher as a test on value symbols, 0 for no label. */
  #verdicts(matcher: Matcher): (value: number) => boolean {
    const { candidates } = matcher;
    if (candidates !== undefined) {
      const wanted = new Set<number>();
      for (const text of candidates) {
        const symbol = text === '' ? 0 : this.symbols.find(text);
        if (symbol !== undefined) wanted.add(symbol);
      }
      return (value) => wanted.has(value);
    }
    // 0: not asked yet, 1: no, 2: yes.
    const known = new Uint8Array(this.symbols.count + 1);
    known[0] = matcher.matches('') ? 2 : 1;
    return (value) => {
      if (known[value] === 0) known[value] = matcher.matches(this.symbols.text(value)) ? 2 : 1;
      return known[value] === 2;
    };
  }

  /** Visits each of the series (ascending) with its value symbol, 0 when it has no such label. */
  #forEachValue(name: number, series: Uint32Array, visit: (value: number, series: number) => void): void {
    const column = this.#column(name);
    if (column.series === undefined) {
      for (const number of series) visit(column.values[number], number);
      return;
    }
    const having = column.series;
    let at = 0;
    for (const number of series) {
      if (at < having.length && having[at] < number) {
        const from = at;
        at = from + partitionPoint(having.length - from, (i) => having[from + i] < number);
      }
      visit(at < having.length && having[at] === number ? column.values[at] : 0, number);
    }
  }

  #valueOf(name: number, series: number): number {
    const column = this.#column(name);
    if (column.series === undefined) return column.values[series];
    const having = column.series;
    const at = partitionPoint(having.length, (i) => having[i] < series);
    return at < having.length && having[at] === series ? column.values[at] : 0;
  }

  async #prepareColumn(name: number, pause: () => Promise<void>): Promise<void> {
    if (this.#columns[name] !== undefined) return;
    await this.#file.load(SECTION_COLUMN, name);
    this.#column(name);
    await pause();
  }

  #column(name: number): LabelColumn {
    let column = this.#columns[name];
    if (column === undefined) {
      column = this.#decodeColumn(name);
      this.#columns[name] = column;
    }
    return column;
  }

  #decodeColumn(name: number): LabelColumn {
    const has = this.#shapes.map((shape) => shape.includes(name));
    const series = new Uint32Array(this.seriesCount);
    let count = 0;
    for (let number = 0; number < this.seriesCount; number++) {
      if (has[this.#shapeOfSeries[number]]) series[count++] = number;
    }
    const reader = new ByteReader(this.#file.section(SECTION_COLUMN, name));
    const values = new Uint32Array(count);
    for (let i = 0; i < count; i++) {
      const symbol = reader.uvarint();
      if (symbol === 0 || symbol > this.symbols.count) throw malformed('label value out of range');
      values[i] = symbol;
    }
    if (!reader.done) throw malformed('label column longer than its series');
    return { series: count === this.seriesCount ? undefined : series.slice(0, count), values };
  }
}

function readShape(reader: ByteReader, nameCount: number): number[] {
  const shape: number[] = [];
  for (let rest = reader.uvarint(); rest > 0; rest--) {
    const name = reader.uvarint();
    if (name >= nameCount) throw malformed('label name out of range');
    shape.push(name);
  }
  return shape;
}

function consecutive(start: number, end: number): Uint32Array {
  const numbers = new Uint32Array(end - start);
  for (let i = 0; i < numbers.length; i++) numbers[i] = start + i;
  return numbers;
}

/** The first index in [0, count) where `before` is false, `count` when there is none; `before` is true, then false. */
export function partitionPoint(count: number, before: (index: number) => boolean): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (before(middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}
