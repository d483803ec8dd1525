import { FaultError, permanent } from '../base/index.ts';
import {
  arrayField,
  asDouble,
  asObject,
  base64Bytes,
  booleanField,
  halves,
  integerField,
  type JsonObject,
  objectField,
  textField,
  toHalves,
} from './json-fields.ts';
import type { ProtobufWriter } from './protobuf-writer.ts';

/**
 * JSON nests deeper than an attribute value may, because every level is an object in an object; only what is
 * far beyond any limit is refused here, with the whole request, so that the stack is safe. The decoder refuses
 * single points by `nesting_max`.
 */
const DEPTH_BEYOND_LIMIT = 64;

/** Writes the KeyValue objects in `items` as repeated field `field`, last to first. */
export function writeAttributes(
  out: ProtobufWriter,
  items: readonly unknown[],
  key: string,
  field: number,
  nestingMax: number,
): void {
  for (let i = items.length - 1; i >= 0; i--) {
    const before = out.length;
    writeKeyValue(out, asObject(items[i], key), nestingMax + DEPTH_BEYOND_LIMIT);
    out.message(field, before);
  }
}

function writeKeyValue(out: ProtobufWriter, item: JsonObject, depthLeft: number): void {
  const keyIndex = integerField(item, 'keyStrindex');
  if (keyIndex > 0) out.uint(3, keyIndex);
  const value = objectField(item, 'value');
  if (value !== undefined) {
    const before = out.length;
    writeAnyValue(out, value, depthLeft);
    out.message(2, before);
  }
  const key = textField(item, 'key');
  if (key !== '') out.string(1, key);
}

function writeAnyValue(out: ProtobufWriter, value: JsonObject, depthLeft: number): void {
  if (depthLeft <= 0) {
    throw new FaultError(permanent('invalid', 'invalid OTLP/JSON: an attribute value is nested too deep'));
  }
  for (const key of Object.keys(value).reverse()) {
    const content = value[key];
    if (content !== null && content !== undefined) writeAlternative(out, key, content, value, depthLeft);
  }
}

function writeAlternative(
  out: ProtobufWriter,
  key: string,
  content: unknown,
  value: JsonObject,
  depthLeft: number,
): void {
  const before = out.length;
  switch (key) {
    case 'stringValue':
      out.string(1, textField(value, key));
      return;
    case 'boolValue':
      out.uint(2, booleanField(value, key) ? 1 : 0);
      return;
    case 'intValue':
      toHalves(content, key);
      out.varint64(3, halves.lo, halves.hi);
      return;
    case 'doubleValue':
      out.double(4, asDouble(content, key));
      return;
    case 'arrayValue': {
      const items = arrayField(asObject(content, key), 'values');
      for (let i = items.length - 1; i >= 0; i--) {
        const itemBefore = out.length;
        writeAnyValue(out, asObject(items[i], 'values'), depthLeft - 1);
        out.message(1, itemBefore);
      }
      out.message(5, before);
      return;
    }
    case 'kvlistValue': {
      const items = arrayField(asObject(content, key), 'values');
      for (let i = items.length - 1; i >= 0; i--) {
        const itemBefore = out.length;
        writeKeyValue(out, asObject(items[i], 'values'), depthLeft - 1);
        out.message(1, itemBefore);
      }
      out.message(6, before);
      return;
    }
    case 'bytesValue':
      out.bytes(7, base64Bytes(content, key));
      return;
    case 'stringValueStrindex':
      out.uint(8, Math.abs(integerField(value, key)));
      return;
    default:
  }
}
