import { type Document, isScalar, parseDocument, visit } from 'yaml';
import { type Fault, permanent } from '../base/index.ts';

/**
 * YAML as objects, lists and texts: each scalar is the text that was written, so that `0x20` and `1.0` stay what
 * they look like, as in Prometheus's own files. Nothing, `~` and `null` are undefined.
 */
export function readYamlTexts(file: string, text: string): unknown | Fault {
  let document: Document;
  try {
    document = parseDocument(text, { schema: 'failsafe', uniqueKeys: true });
  } catch (error) {
    return permanent('invalid', `${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (document.errors.length > 0) return permanent('invalid', `${file}: ${document.errors[0].message}`);
  visit(document, {
    Scalar(key, node) {
      if (
        key !== 'key' &&
        isScalar(node) &&
        node.type === 'PLAIN' &&
        /^(|~|null)$/i.test(String(node.value))
      ) {
        node.value = null;
      }
    },
  });
  return withoutNulls(document.toJS({ maxAliasCount: 100 }) ?? {});
}

function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== 'object' || value === null) return value ?? undefined;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, withoutNulls(each)]));
}
