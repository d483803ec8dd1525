import { RE2JS } from 're2js';
import { METRIC_NAME } from '../../model/index.ts';
import { fail } from '../evaluate/evaluation.ts';
import type { CallContext, FunctionEntry } from './function-entry.ts';
import { relabel } from './vector.ts';

/** UTF-8 label names: anything but nothing, and what could not be decoded. */
function isLabelName(name: string): boolean {
  return name !== '' && name.isWellFormed();
}

/** Go's `Expand`: `$1`, `${1}`, `$name`, `${name}`, and `$$`; an unknown group is empty. */
const reference = /\$(?:(\$)|\{([A-Za-z0-9_]+)\}|([A-Za-z0-9_]+)|)/g;

function expand(template: string, group: (name: string) => string): string {
  return template.replace(reference, (whole, dollar: string, braced: string, bare: string) => {
    if (dollar !== undefined) return '$';
    const name = braced ?? bare;
    return name === undefined ? whole : group(name);
  });
}

async function evaluateReplace(context: CallContext, sink: Parameters<typeof relabel>[2]): Promise<void> {
  const { call, evaluator } = context;
  const [target, replacement, source, pattern] = call.args.slice(1).map((arg) => evaluator.string(arg));
  let regex: RE2JS;
  try {
    regex = RE2JS.compile(`^(?s:${pattern})$`);
  } catch {
    return fail(`invalid regular expression in label_replace(): ${pattern}`);
  }
  if (!isLabelName(target)) fail(`invalid destination label name in label_replace(): ${target}`);
  const names = regex.namedGroups();
  const memo = new Map<string, string | undefined>();
  const replaced = (value: string): string | undefined => {
    if (memo.has(value)) return memo.get(value);
    const matcher = regex.matcher(value);
    let result: string | undefined;
    if (matcher.matches()) {
      result = expand(replacement, (name) => {
        const index = /^\d+$/.test(name) ? Number(name) : names[name];
        return index === undefined || index > matcher.groupCount() ? '' : (matcher.group(index) ?? '');
      });
    }
    memo.set(value, result);
    return result;
  };
  await relabel(
    context,
    (row) => {
      const value = replaced(row.labels.get(source) ?? '');
      if (value === undefined) return;
      row.labels = row.labels.with(target, value);
      if (target === METRIC_NAME) row.dropName = false;
    },
    sink,
  );
}

async function evaluateJoin(context: CallContext, sink: Parameters<typeof relabel>[2]): Promise<void> {
  const { call, evaluator } = context;
  const [target, separator, ...sources] = call.args.slice(1).map((arg) => evaluator.string(arg));
  for (const source of sources) {
    if (!isLabelName(source)) fail(`invalid source label name in label_join(): ${source}`);
  }
  if (!isLabelName(target)) fail(`invalid destination label name in label_join(): ${target}`);
  await relabel(
    context,
    (row) => {
      const value = sources.map((source) => row.labels.get(source) ?? '').join(separator);
      row.labels = row.labels.with(target, value);
      if (target === METRIC_NAME) row.dropName = false;
    },
    sink,
  );
}

/** Functions that make labels. */
export const labelFunctions: readonly FunctionEntry[] = [
  {
    name: 'label_replace',
    args: ['vector', 'string', 'string', 'string', 'string'],
    variadic: 0,
    returns: 'vector',
    doc: 'Sets a label to the replacement, with groups of the RE2 expression that matches all of the source label.',
    implementation: { kind: 'vector', evaluate: evaluateReplace },
  },
  {
    name: 'label_join',
    args: ['vector', 'string', 'string', 'string'],
    variadic: -1,
    returns: 'vector',
    doc: 'Sets a label to the values of the source labels with a separator between them.',
    implementation: { kind: 'vector', evaluate: evaluateJoin },
  },
];
