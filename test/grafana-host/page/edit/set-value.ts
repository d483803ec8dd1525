/** A copy in which the value at `legend.placement` is another; undefined takes it out. */
export function withValueAt<T extends object>(object: T, path: string, value: unknown): T {
  const [key = '', ...rest] = path.split('.');
  const copy = { ...object } as Record<string, unknown>;
  if (rest.length === 0) {
    if (value === undefined) delete copy[key];
    else copy[key] = value;
  } else {
    copy[key] = withValueAt((copy[key] as object | undefined) ?? {}, rest.join('.'), value);
  }
  return copy as T;
}
