import { ByteReader } from '../../base/index.ts';
import { malformed } from './sections.ts';

/** A sorted list of texts with ids from 1 on; 0 is the empty text. Texts become strings when they are asked for. */
export class SymbolList {
  readonly count: number;
  readonly #bytes: Buffer;
  /** Where text `id` begins and ends in the bytes, at 2 * id. */
  readonly #spans: Uint32Array;
  readonly #texts: (string | undefined)[];
  #textBytes = 0;

  constructor(section: Uint8Array) {
    this.#bytes = Buffer.from(section.buffer, section.byteOffset, section.length);
    const reader = new ByteReader(section);
    this.count = reader.uvarint();
    if (this.count > section.length) throw malformed('more symbols than their section has bytes');
    this.#spans = new Uint32Array(2 * (this.count + 1));
    for (let id = 1; id <= this.count; id++) {
      const length = reader.uvarint();
      this.#spans[2 * id] = reader.position;
      reader.raw(length);
      this.#spans[2 * id + 1] = reader.position;
    }
    this.#texts = new Array(this.count + 1);
    this.#texts[0] = '';
  }

  /** Memory held now, about: a string takes some 24 bytes beside its characters. */
  get sizeBytes(): number {
    return this.#bytes.length + this.count * 16 + this.#textBytes;
  }

  text(id: number): string {
    if (id > this.count) throw malformed('symbol out of range');
    let text = this.#texts[id];
    if (text === undefined) {
      text = this.#bytes.toString('utf8', this.#spans[2 * id], this.#spans[2 * id + 1]);
      this.#texts[id] = text;
      this.#textBytes += text.length + 24;
    }
    return text;
  }

  find(text: string): number | undefined {
    let low = 1;
    let high = this.count;
    while (low <= high) {
      const middle = (low + high) >>> 1;
      const candidate = this.text(middle);
      if (candidate === text) return middle;
      if (candidate < text) low = middle + 1;
      else high = middle - 1;
    }
    return undefined;
  }
}
