export { detectionChart, forecastChart } from './draw/charts.ts';
export { reportPage } from './draw/report.ts';
export { runBacktest } from './run-backtest.ts';
export { summaryOf } from './summary.ts';
export type {
  BacktestResult,
  BacktestSettings,
  Detection,
  ForecastTrials,
  HorizonOutcome,
  PastEpisode,
  PastForecast,
  PastSignal,
  SensitivityOutcome,
} from './types.ts';
