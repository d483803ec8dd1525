/** What is needed of a JSON Schema. */
export interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
}

/** Paths of all keys, for example `store.blocks.retention_time`; keys of list items follow the list's. */
export function configKeys(schema: Schema, prefix = ''): string[] {
  return Object.entries({ ...schema.properties, ...schema.items?.properties }).flatMap(([name, inner]) => [
    prefix + name,
    ...configKeys(inner, `${prefix}${name}.`),
  ]);
}

/** Keys that a text names in backticks and that do not exist. */
export function unknownKeys(text: string, keys: ReadonlySet<string>, sections: readonly string[]): string[] {
  const named = [
    ...text.matchAll(new RegExp(`\`((?:${sections.join('|')})\\.[a-z0-9_.]+)(?:: [^\`]*)?\``, 'g')),
  ];
  return named.map((match) => match[1]).filter((key) => !keys.has(key) && !/\.(ts|md|yaml|json)$/.test(key));
}
