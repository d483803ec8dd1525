export { type PlannerConfig, plannerConfigSchema } from './config.ts';
export { ModelPlanner } from './planner.ts';
