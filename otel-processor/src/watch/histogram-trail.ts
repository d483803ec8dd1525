import type { ByteReader, ByteWriter } from '../base/index.ts';
import type { Histogram } from '../model/index.ts';
import { readJson, writeJson } from './json-codec.ts';

interface Entry {
  readonly look: number;
  /** Undefined: the series had ended. */
  readonly histogram: Histogram | undefined;
}

/** The newest native histogram of one series at each of the last looks. */
export class HistogramTrail {
  /** Ascending by look; each holds until the next one. */
  #entries: Entry[] = [];

  /** The histogram from `look` on; looks before `keepFrom` will not be asked for. */
  put(look: number, histogram: Histogram | undefined, keepFrom: number): void {
    const entries = this.#entries;
    if (entries.at(-1)?.look === look) entries.pop();
    entries.push({ look, histogram });
    while (entries.length > 1 && entries[1].look <= keepFrom) entries.shift();
  }

  at(look: number): Histogram | undefined {
    const entries = this.#entries;
    for (let i = entries.length - 1; i >= 0; i--) if (entries[i].look <= look) return entries[i].histogram;
    return undefined;
  }

  /** Histograms are never changed, so that they need not be copied. */
  copy(): HistogramTrail {
    const copy = new HistogramTrail();
    copy.#entries = [...this.#entries];
    return copy;
  }

  encode(writer: ByteWriter): void {
    writer.uvarint(this.#entries.length);
    for (const { look, histogram } of this.#entries) {
      writer.float64(look);
      writeJson(writer, histogram ?? null);
    }
  }

  static decode(reader: ByteReader): HistogramTrail {
    const trail = new HistogramTrail();
    trail.#entries = Array.from({ length: reader.uvarint() }, () => ({
      look: reader.float64(),
      histogram: (readJson(reader) as Histogram | null) ?? undefined,
    }));
    return trail;
  }
}
