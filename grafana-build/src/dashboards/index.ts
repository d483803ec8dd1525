import { executive } from './executive.ts';
import { launch } from './launch.ts';
import { operations } from './operations.ts';
import type { DashboardPlan } from './plan.ts';
import { statbar } from './statbar.ts';

export const dashboards: readonly DashboardPlan[] = [executive, launch, operations, statbar];
