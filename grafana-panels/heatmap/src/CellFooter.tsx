import { usePanelContext, VizTooltipFooter } from '@grafana/ui';
import type { ReactElement } from 'react';
import { actionsOf, linksOf } from '../../shared/src/links-and-actions.ts';
import type { CellFacts } from './cell-facts.ts';
import type { OverlayProps } from './Overlay.tsx';
import { translate } from './texts.ts';

/** Links, actions and filters of a pinned cell. */
export function CellFooter({
  facts,
  model,
  replaceVariables,
}: OverlayProps & { readonly facts: CellFacts }): ReactElement | null {
  const { onAddAdHocFilter, canExecuteActions } = usePanelContext();
  const [source] = facts.contributors;
  const links = linksOf(facts.contributors);
  const actions =
    source === undefined || canExecuteActions?.() !== true
      ? []
      : actionsOf(source, replaceVariables, (title) => translate('action.confirm', { title }));
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
  return <VizTooltipFooter dataLinks={links} actions={actions} adHocFilters={filters} />;
}
