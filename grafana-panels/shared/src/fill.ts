/** Puts values where a text has `{{name}}`; a name without a value stays as it is. */
export function fill(text: string, values: Readonly<Record<string, string | number>> = {}): string {
  return text.replace(/\{\{(\w+)\}\}/g, (match, name: string) => String(values[name] ?? match));
}
