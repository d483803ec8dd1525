import { launch } from './launch.ts';
import { operations } from './operations.ts';
import type { DashboardPlan } from './panels.ts';

export const dashboards: readonly DashboardPlan[] = [launch, operations];
