/** Attribute name to label name: what a label may not have becomes `_`. */
export function labelNameOf(attribute: string): string {
  const name = attribute.replace(/[^a-zA-Z0-9_]/g, '_');
  return /^[0-9]/.test(name) ? `_${name}` : name;
}
