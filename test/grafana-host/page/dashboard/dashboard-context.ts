import type {
  AdHocVariableFilter,
  DataFrame,
  EventBus,
  InterpolateFunction,
  TimeRange,
  TypedVariableModel,
} from '@grafana/data';
import { createContext, useContext } from 'react';
import type { HostPanel } from '../dashboard-model.ts';

/** What a panel knows of its dashboard. */
export interface DashboardContextValue {
  readonly uid: string;
  readonly timeRange: TimeRange;
  readonly refreshCount: number;
  readonly eventBus: EventBus;
  readonly annotations: readonly DataFrame[];
  readonly filters: readonly AdHocVariableFilter[];
  readonly groupBy: readonly string[];
  /** Rises when a variable or filter changes. */
  readonly variablesVersion: number;
  readonly variables: readonly TypedVariableModel[];
  /** Whether variables have their values: panels ask nothing before. */
  readonly isReady: boolean;
  /** Live panels move with the clock. */
  readonly isLive: boolean;
  readonly isKiosk: boolean;
  replaceVariables: InterpolateFunction;
  onChangeTimeRange(range: { readonly from: number; readonly to: number }): void;
  onAddFilters(filters: readonly AdHocVariableFilter[]): void;
  onChangePanel(panel: HostPanel): void;
}

export const DashboardContext = createContext<DashboardContextValue | undefined>(undefined);

export function useDashboard(): DashboardContextValue {
  const value = useContext(DashboardContext);
  if (value === undefined) throw new Error('there is no dashboard around this panel');
  return value;
}
