import { ByteReader, ByteWriter, type Fault, FaultError, permanent } from '../base/index.ts';
import { type AttributeValue, EventBatch, type RejectReason } from '../model/index.ts';

const VERSION = 1;
/** Cells below this are not texts. */
const MISSING = 0;
const FALSE = 1;
const TRUE = 2;
const NUMBER = 3;
const FIRST_TEXT = 4;

/**
 * Events as bytes, column by column, for the log: what enrichment made of a request, so that a replay needs neither
 * the tables of then nor the request. The layout is in docs/storage-format.md.
 */
export function encodeEvents(batch: EventBatch): Uint8Array<ArrayBuffer> {
  const texts = new Map<string, number>();
  const indexOf = (text: string): number => {
    let index = texts.get(text);
    if (index === undefined) {
      index = texts.size;
      texts.set(text, index);
    }
    return index;
  };
  const columns = new ByteWriter(4096);
  const { count, ids } = batch;
  for (let row = 0; row < count; row++) {
    columns.float64(batch.timestampsMs[row]);
    columns.uvarint(indexOf(batch.names[row]));
    columns.uvarint(indexOf(batch.sources[row]));
  }
  columns.uint8(ids === undefined ? 0 : 1);
  for (let row = 0; ids !== undefined && row < count; row++) {
    const id = ids[row];
    columns.uvarint(id === undefined ? 0 : indexOf(id) + 1);
  }
  columns.uvarint(batch.columns.size);
  for (const [attribute, column] of batch.columns) {
    columns.uvarint(indexOf(attribute));
    for (let row = 0; row < count; row++) writeCell(columns, column[row], indexOf);
  }
  const writer = new ByteWriter(columns.length + 1024);
  writer.uvarint(VERSION);
  writer.uvarint(count);
  writer.uvarint(batch.pointCount);
  writeRejections(writer, batch);
  writer.uvarint(texts.size);
  for (const text of texts.keys()) writer.string(text);
  writer.raw(columns.view());
  return writer.finish();
}

/** The reverse; refused events come back as their counts and examples. */
export function decodeEvents(bytes: Uint8Array): EventBatch | Fault {
  try {
    return readEvents(new ByteReader(bytes));
  } catch (error) {
    if (error instanceof FaultError) return error.fault;
    throw error;
  }
}

function readEvents(reader: ByteReader): EventBatch | Fault {
  const version = reader.uvarint();
  if (version !== VERSION) return permanent('unsupported', `events in version ${version}`);
  const count = reader.uvarint();
  const batch = new EventBatch(count);
  batch.pointCount = reader.uvarint();
  readRejections(reader, batch);
  const texts: string[] = [];
  for (let left = reader.uvarint(); left > 0; left--) texts.push(reader.string());
  for (let row = 0; row < count; row++) {
    const timestampMs = reader.float64();
    const name = texts[reader.uvarint()];
    batch.add(name, timestampMs, texts[reader.uvarint()]);
  }
  if (reader.uint8() === 1) {
    batch.ids = [];
    for (let row = 0; row < count; row++) {
      const index = reader.uvarint();
      batch.ids.push(index === 0 ? undefined : texts[index - 1]);
    }
  }
  for (let left = reader.uvarint(); left > 0; left--) {
    const column: Array<AttributeValue | undefined> = [];
    batch.columns.set(texts[reader.uvarint()], column);
    for (let row = 0; row < count; row++) column.push(readCell(reader, texts));
  }
  return batch;
}

function writeCell(
  writer: ByteWriter,
  value: AttributeValue | undefined,
  indexOf: (text: string) => number,
): void {
  if (value === undefined) writer.uvarint(MISSING);
  else if (typeof value === 'boolean') writer.uvarint(value ? TRUE : FALSE);
  else if (typeof value === 'string') writer.uvarint(FIRST_TEXT + indexOf(value));
  else {
    writer.uvarint(NUMBER);
    writer.float64(value);
  }
}

function readCell(reader: ByteReader, texts: readonly string[]): AttributeValue | undefined {
  const code = reader.uvarint();
  if (code === MISSING) return undefined;
  if (code === NUMBER) return reader.float64();
  return code >= FIRST_TEXT ? texts[code - FIRST_TEXT] : code === TRUE;
}

function writeRejections(writer: ByteWriter, { rejections }: EventBatch): void {
  writer.uvarint(rejections.counts.size);
  for (const [reason, count] of rejections.counts) {
    writer.string(reason);
    writer.uvarint(count);
    writer.string(rejections.examples.get(reason) ?? '');
  }
}

/** Which events of the request were refused is not known any more, only how many: the last ones stand for them. */
function readRejections(reader: ByteReader, batch: EventBatch): void {
  let point = batch.pointCount;
  for (let left = reader.uvarint(); left > 0; left--) {
    const reason = reader.string() as RejectReason;
    const count = reader.uvarint();
    const example = reader.string();
    for (let i = 0; i < count; i++) batch.rejections.reject(--point, reason, () => example);
  }
}
