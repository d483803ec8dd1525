/** One thing that is wrong with a built plugin. An error keeps it out of the catalog; a warning is asked about in review. */
export interface Finding {
  readonly level: 'error' | 'warning';
  readonly rule: string;
  /** For a person: which file or key, and what to do. */
  readonly message: string;
}

export function error(rule: string, message: string): Finding {
  return { level: 'error', rule, message };
}

export function warning(rule: string, message: string): Finding {
  return { level: 'warning', rule, message };
}
