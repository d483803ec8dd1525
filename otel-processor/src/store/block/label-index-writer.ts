import { ByteWriter, compareTexts, sortInSlices } from '../../base/index.ts';
import type { LabelSet } from '../../model/index.ts';
import { hashLabelSet } from '../label-hash.ts';
import {
  type IndexFileWriter,
  SECTION_COLUMN,
  SECTION_HASHES,
  SECTION_SHAPES,
  SECTION_SYMBOLS,
} from './index-file.ts';

/** Texts encoded between two turns of the event loop. */
const TEXTS_PER_TURN = 10_000;

/** One shape: the label names that some series have in common. */
interface Shape {
  readonly number: number;
  /** Numbers of the names, in the order of the label set. */
  readonly names: readonly number[];
}

/** Label names and values of a block's series, by column: what the reader needs is in `label-index.ts`. */
export class LabelIndexWriter {
  readonly #symbolIds = new Map<string, number>();
  readonly #texts: string[] = [];
  readonly #nameNumbers = new Map<string, number>();
  readonly #columns: IdColumn[] = [];
  readonly #shapes = new Map<string, Shape>();
  readonly #shapeOfSeries = new ByteWriter();
  readonly #hashes = new ByteWriter();
  #seriesCount = 0;

  get seriesCount(): number {
    return this.#seriesCount;
  }

  /** Series must come in the block's order (`compareSeries`), each once. */
  add(labels: LabelSet): void {
    const { pairs } = labels;
    const shape = this.#shapeOf(pairs);
    for (let i = 0; i < shape.names.length; i++) {
      this.#columns[shape.names[i]].push(this.#symbolId(pairs[2 * i + 1]));
    }
    this.#shapeOfSeries.uvarint(shape.number);
    const hash = hashLabelSet(labels);
    this.#hashes.uint32(hash % 0x1_0000_0000);
    this.#hashes.uint32(Math.floor(hash / 0x1_0000_0000));
    this.#seriesCount += 1;
  }

  async finish(file: IndexFileWriter, level: number, pause: () => Promise<void>): Promise<void> {
    const texts = await sortInSlices(this.#texts, compareTexts, pause);
    // Ids on disk follow the order of the texts and begin at 1; 0 stands for no label.
    const sortedIds = new Uint32Array(texts.length);
    const symbols = new ByteWriter(texts.length * 16 + 16);
    symbols.uvarint(texts.length);
    for (let i = 0; i < texts.length; i++) {
      sortedIds[this.#symbolIds.get(texts[i])!] = i + 1;
      symbols.string(texts[i]);
      if ((i + 1) % TEXTS_PER_TURN === 0) await pause();
    }
    await file.add(SECTION_SYMBOLS, 0, symbols.view(), level);
    await file.add(SECTION_SHAPES, 0, this.#encodeShapes(sortedIds), level);
    for (const [name, column] of this.#columns.entries()) {
      const encoded = new ByteWriter(column.count * 3 + 16);
      for (let i = 0; i < column.count; i++) encoded.uvarint(sortedIds[column.ids[i]]);
      await file.add(SECTION_COLUMN, name, encoded.view(), level);
      await pause();
    }
    await file.add(SECTION_HASHES, 0, this.#hashes.view(), level);
  }

  #encodeShapes(sortedIds: Uint32Array): Uint8Array {
    const out = new ByteWriter();
    out.uvarint(this.#nameNumbers.size);
    for (const name of this.#nameNumbers.keys()) out.uvarint(sortedIds[this.#symbolId(name)]);
    out.uvarint(this.#shapes.size);
    for (const shape of this.#shapes.values()) {
      out.uvarint(shape.names.length);
      for (const name of shape.names) out.uvarint(name);
    }
    out.uvarint(this.#seriesCount);
    out.raw(this.#shapeOfSeries.view());
    return out.view();
  }

  #shapeOf(pairs: readonly string[]): Shape {
    const names: number[] = [];
    for (let i = 0; i < pairs.length; i += 2) names.push(this.#nameNumber(pairs[i]));
    const key = names.join();
    let shape = this.#shapes.get(key);
    if (shape === undefined) {
      shape = { number: this.#shapes.size, names };
      this.#shapes.set(key, shape);
    }
    return shape;
  }

  #nameNumber(name: string): number {
    let number = this.#nameNumbers.get(name);
    if (number === undefined) {
      number = this.#nameNumbers.size;
      this.#nameNumbers.set(name, number);
      this.#symbolId(name);
      this.#columns.push(new IdColumn());
    }
    return number;
  }

  #symbolId(text: string): number {
    let id = this.#symbolIds.get(text);
    if (id === undefined) {
      // Half a surrogate pair has no place in UTF-8; it becomes U+FFFD before the texts are sorted, not after.
      const written = text.toWellFormed();
      id = written === text ? this.#texts.push(text) - 1 : this.#symbolId(written);
      this.#symbolIds.set(text, id);
    }
    return id;
  }
}

class IdColumn {
  ids = new Uint32Array(64);
  count = 0;
  push(id: number): void {
    if (this.count === this.ids.length) {
      const grown = new Uint32Array(this.ids.length * 2);
      grown.set(this.ids);
      this.ids = grown;
    }
    this.ids[this.count++] = id;
  }
}
