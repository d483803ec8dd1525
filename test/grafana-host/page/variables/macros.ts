import {
  type DataContextScopedVar,
  formattedValueToString,
  getDisplayProcessor,
  getFieldDisplayName,
  type ScopedVars,
} from '@grafana/data';

/**
 * `__series.name`, `__field.labels.x`, `__value.raw`, `__data.fields.x` and their like, which links and actions may name.
 * `path` is what comes after the first part.
 */
export function dataMacro(name: string, path: string | undefined, scoped: ScopedVars): unknown {
  const context = (scoped['__dataContext'] as DataContextScopedVar | undefined)?.value;
  if (context === undefined) return undefined;
  const { frame, field, data, rowIndex, calculatedValue } = context;
  const [head = '', ...rest] = pathOf(path);
  if (name === '__series') return frame.name ?? getFieldDisplayName(field, frame, data);
  if (name === '__field') {
    if (head === 'labels') return rest.length === 0 ? field.labels : field.labels?.[rest.join('.')];
    return head === 'name' ? getFieldDisplayName(field, frame, data) : undefined;
  }
  if (name === '__value') {
    if (head === 'time') return rowIndex === undefined ? undefined : timeAt(frame.fields, rowIndex);
    if (calculatedValue !== undefined)
      return head === 'text' ? formattedValueToString(calculatedValue) : calculatedValue.numeric;
    const value = rowIndex === undefined ? undefined : field.values[rowIndex];
    return head === 'text' ? formattedValueToString((field.display ?? getDisplayProcessor())(value)) : value;
  }
  if (name !== '__data') return undefined;
  if (head === 'name') return frame.name;
  if (head === 'refId') return frame.refId;
  const [wanted = '', form] = rest;
  const found =
    frame.fields[Number(wanted)] ??
    frame.fields.find((each) => getFieldDisplayName(each, frame, data) === wanted || each.name === wanted);
  const value = rowIndex === undefined ? undefined : found?.values[rowIndex];
  if (found === undefined || form !== 'text') return value;
  return formattedValueToString((found.display ?? getDisplayProcessor())(value));
}

function timeAt(fields: DataContextScopedVar['value']['frame']['fields'], rowIndex: number): unknown {
  return fields.find(({ type }) => type === 'time')?.values[rowIndex];
}

/** `fields["some name"].text` and `labels.region`, as parts. */
function pathOf(path: string | undefined): string[] {
  return [...(path ?? '').matchAll(/\["([^"]+)"\]|\['([^']+)'\]|\[(\d+)\]|([^.[\]]+)/g)].map(
    ([, a, b, c, d]) => a ?? b ?? c ?? d ?? '',
  );
}
