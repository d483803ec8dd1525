import { crc32 } from 'node:zlib';
import { isFault } from '../../base/index.ts';
import { createMatcher, type Matcher, type MatchType } from '../../model/index.ts';
import type { LabelIndex } from './label-index.ts';
import { malformed } from './sections.ts';

/** One deletion: samples with timestamps in [fromMs, toMs] of the series that satisfy all matchers. */
export interface Tombstone {
  readonly matchers: readonly Matcher[];
  readonly fromMs: number;
  readonly toMs: number;
}

const VERSION = 1;
const SERIES_PER_TURN = 20_000;

/** What was deleted from one block since it was written: the file `deletes.json`. Compaction carries it out. */
export class Tombstones {
  readonly list: readonly Tombstone[];
  /** Deleted ranges by series, [fromMs, toMs, fromMs, toMs, ...]; for the index that was asked last. */
  #resolved:
    | { readonly labels: LabelIndex; readonly ranges: ReadonlyMap<number, readonly number[]> }
    | undefined;

  constructor(list: readonly Tombstone[]) {
    this.list = list;
  }

  with(tombstone: Tombstone): Tombstones {
    return new Tombstones([...this.list, tombstone]);
  }

  async rangesBySeries(
    labels: LabelIndex,
    pause: () => Promise<void>,
  ): Promise<ReadonlyMap<number, readonly number[]>> {
    if (this.#resolved?.labels === labels) return this.#resolved.ranges;
    const ranges = new Map<number, number[]>();
    let visited = 0;
    for (const { matchers, fromMs, toMs } of this.list) {
      await labels.prepare(matchers, pause);
      // Those of one deletion have their ranges in common: most series have only one.
      const alone = [fromMs, toMs];
      for (const series of labels.match(matchers)) {
        const known = ranges.get(series);
        ranges.set(series, known === undefined ? alone : [...known, fromMs, toMs]);
        if (++visited % SERIES_PER_TURN === 0) await pause();
      }
    }
    this.#resolved = { labels, ranges };
    return ranges;
  }
}

export function encodeTombstones(tombstones: Tombstones): Uint8Array {
  const deletes = tombstones.list.map(({ matchers, fromMs, toMs }) => ({
    matchers: matchers.map(({ type, name, value }) => ({ type, name, value })),
    // JSON knows no infinity; null is an open end.
    fromMs: Number.isFinite(fromMs) ? fromMs : null,
    toMs: Number.isFinite(toMs) ? toMs : null,
  }));
  const body = JSON.stringify({ version: VERSION, deletes });
  return Buffer.from(JSON.stringify({ checksum: crc32(Buffer.from(body)), body: JSON.parse(body) }));
}

/** Throws a `FaultError` when the bytes are not an undamaged list of deletions. */
export function decodeTombstones(bytes: Uint8Array): Tombstones {
  let file: { checksum?: unknown; body?: { version?: unknown; deletes?: unknown } };
  try {
    file = JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    throw malformed('deletes.json is not JSON');
  }
  const body = file?.body;
  if (body === undefined || file.checksum !== crc32(Buffer.from(JSON.stringify(body)))) {
    throw malformed('checksum of deletes.json does not agree');
  }
  if (body.version !== VERSION || !Array.isArray(body.deletes)) {
    throw malformed(`version ${String(body.version)} of deletes.json is not known to this program`);
  }
  return new Tombstones(body.deletes.map(decodeTombstone));
}

interface WrittenTombstone {
  readonly matchers: ReadonlyArray<{
    readonly type: MatchType;
    readonly name: string;
    readonly value: string;
  }>;
  readonly fromMs: number | null;
  readonly toMs: number | null;
}

function decodeTombstone(written: WrittenTombstone): Tombstone {
  const matchers = written.matchers.map(({ type, name, value }) => {
    const matcher = createMatcher(type, name, value);
    if (isFault(matcher)) throw malformed(`deletes.json: ${matcher.message}`);
    return matcher;
  });
  return {
    matchers,
    fromMs: written.fromMs ?? Number.NEGATIVE_INFINITY,
    toMs: written.toMs ?? Number.POSITIVE_INFINITY,
  };
}
