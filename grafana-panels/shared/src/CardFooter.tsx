import { css } from '@emotion/css';
import type { ActionModel, Field, GrafanaTheme2, LinkModel } from '@grafana/data';
import { Button, ConfirmModal, DataLinkButton, Input, useStyles2, VizTooltipFooter } from '@grafana/ui';
import { type ReactElement, useState } from 'react';

export interface CardFooterProps {
  readonly dataLinks: LinkModel<Field>[];
  readonly actions: ActionModel<Field>[];
  readonly adHocFilters: {
    readonly key: string;
    readonly operator: '=';
    readonly value: string;
    onClick(): void;
  }[];
}

// Grafana shares its own with plugins since 13.1.
const grafanasFooter: typeof VizTooltipFooter | undefined = VizTooltipFooter;

/** What can be done with a pinned value: its links, its actions, filters for its labels. */
export function CardFooter(props: CardFooterProps): ReactElement {
  const Footer = grafanasFooter ?? PlainFooter;
  return <Footer {...props} />;
}

function PlainFooter({ dataLinks, actions, adHocFilters }: CardFooterProps): ReactElement {
  const styles = useStyles2(getStyles);
  return (
    <div className={styles.footer}>
      {dataLinks.map((link) => (
        <DataLinkButton key={link.title + link.href} link={link} buttonProps={{ fill: 'text' }} />
      ))}
      {actions.map((action) => (
        <ActionButton key={action.title} action={action} />
      ))}
      {adHocFilters.map(({ key, value, onClick }) => (
        <Button key={key} icon="filter" variant="secondary" size="sm" onClick={onClick}>
          {`${key} = ${value}`}
        </Button>
      ))}
    </div>
  );
}

/** Asks for the values that the action needs, and whether it is meant. */
function ActionButton({ action }: { readonly action: ActionModel<Field> }): ReactElement {
  const [isAsking, setAsking] = useState(false);
  const [values, setValues] = useState<Readonly<Record<string, string>>>({});
  const fields = (action.variables ?? []).map(({ key, name }) => (
    <Input
      key={key}
      aria-label={name}
      placeholder={name}
      value={values[key] ?? ''}
      onChange={(event) => setValues({ ...values, [key]: event.currentTarget.value })}
    />
  ));
  return (
    <>
      <Button variant="secondary" size="sm" onClick={() => setAsking(true)}>
        {action.title}
      </Button>
      <ConfirmModal
        isOpen={isAsking}
        title={action.title}
        body={
          <>
            {action.confirmation(values)}
            {fields}
          </>
        }
        confirmText={action.title}
        confirmButtonVariant="primary"
        onConfirm={() => {
          setAsking(false);
          action.onClick(new MouseEvent('click'), null, values);
        }}
        onDismiss={() => setAsking(false)}
      />
    </>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  footer: css({
    display: 'flex',
    flexDirection: 'column',
    alignItems: 'flex-start',
    gap: theme.spacing(0.5),
    marginTop: theme.spacing(1),
    paddingTop: theme.spacing(1),
    borderTop: `1px solid ${theme.colors.border.medium}`,
  }),
});
