import type { ReactElement } from 'react';

interface TextEditorProps {
  readonly value?: unknown;
  onChange(value: unknown): void;
}

/** Stands for Grafana's editors, which are not published: JSON in a text field. */
export function TextEditor({ value, onChange }: TextEditorProps): ReactElement {
  return (
    <input
      defaultValue={JSON.stringify(value) ?? ''}
      onBlur={(event) => {
        try {
          onChange(JSON.parse(event.currentTarget.value));
        } catch {
          onChange(event.currentTarget.value);
        }
      }}
    />
  );
}
