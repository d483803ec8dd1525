import { usePanelContext } from '@grafana/ui';
import type { ReactElement } from 'react';
import { CardFooter } from '../../shared/src/CardFooter.tsx';
import { actionsOf, linksOf } from '../../shared/src/links-and-actions.ts';
import { refreshDashboard } from '../../shared/src/refresh.ts';
import type { CellFacts } from './cell-facts.ts';
import type { Exemplar } from './exemplars.ts';
import type { OverlayProps } from './Overlay.tsx';
import { translate } from './texts.ts';

export interface CellFooterProps extends OverlayProps {
  readonly facts: CellFacts;
  readonly exemplars: readonly Exemplar[];
}

/** Links, actions and filters of a pinned cell. */
export function CellFooter({
  facts,
  exemplars,
  model,
  replaceVariables,
  eventBus,
}: CellFooterProps): ReactElement | null {
  const { onAddAdHocFilter, canExecuteActions } = usePanelContext();
  const [source] = facts.contributors;
  const traces = exemplars
    .slice(0, 3)
    .flatMap(({ fields, index }) => fields.map((field) => ({ field, index })));
  const links = linksOf([...traces, ...facts.contributors], replaceVariables);
  const actions =
    source === undefined || canExecuteActions?.() !== true
      ? []
      : actionsOf(
          source,
          replaceVariables,
          (title) => translate('action.confirm', { title }),
          () => refreshDashboard(eventBus),
        );
  const { rowLabel } = model.view.grid;
  const filters =
    rowLabel === '' || onAddAdHocFilter === undefined
      ? []
      : [
          {
            key: rowLabel,
            operator: '=' as const,
            value: facts.name,
            onClick: () => onAddAdHocFilter({ key: rowLabel, operator: '=', value: facts.name }),
          },
        ];
  if (links.length + actions.length + filters.length === 0) return null;
  return <CardFooter dataLinks={links} actions={actions} adHocFilters={filters} />;
}
