import { InlineField, Input } from '@grafana/ui';
import { type ReactElement, useEffect, useId, useState } from 'react';

export interface TextFieldProps {
  readonly label: string;
  readonly value: string;
  readonly about?: string;
  readonly placeholder?: string;
  readonly width?: number;
  readonly isWrong?: boolean;
  /** When what was typed is meant: on leaving the field, or Enter. */
  onCommit(value: string): void;
}

/** A line of text that counts when it is finished: half a word is no query. */
export function TextField({
  label,
  value,
  about,
  placeholder,
  width = 20,
  isWrong = false,
  onCommit,
}: TextFieldProps): ReactElement {
  const id = useId();
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  const commit = (): void => {
    if (text !== value) onCommit(text);
  };
  return (
    <InlineField
      label={label}
      htmlFor={id}
      invalid={isWrong}
      {...(about === undefined ? {} : { tooltip: about })}
    >
      <Input
        id={id}
        width={width}
        value={text}
        {...(placeholder === undefined ? {} : { placeholder })}
        onChange={(event) => setText(event.currentTarget.value)}
        onBlur={commit}
        onKeyDown={(event) => {
          if (event.key === 'Enter') commit();
        }}
      />
    </InlineField>
  );
}
