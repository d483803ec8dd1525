import { Combobox as GrafanasCombobox, MultiCombobox as GrafanasMultiCombobox } from '@grafana/ui';
import { type ComponentProps, type ReactElement, useId } from 'react';

// Grafana 12 leaves out `aria-label`, and takes the name of an element.
interface Named {
  readonly 'aria-label': string;
}

/** Grafana's combobox, whose `aria-label` reaches screen readers in every version. */
export function Combobox<Value extends string>(
  props: ComponentProps<typeof GrafanasCombobox<Value>> & Named,
): ReactElement {
  const id = useId();
  return (
    <>
      <span id={id} hidden>
        {props['aria-label']}
      </span>
      <GrafanasCombobox<Value> {...props} aria-labelledby={id} />
    </>
  );
}

/** As above, for several values. */
export function MultiCombobox<Value extends string>(
  props: ComponentProps<typeof GrafanasMultiCombobox<Value>> & Named,
): ReactElement {
  const id = useId();
  return (
    <>
      <span id={id} hidden>
        {props['aria-label']}
      </span>
      <GrafanasMultiCombobox<Value> {...props} aria-labelledby={id} />
    </>
  );
}
