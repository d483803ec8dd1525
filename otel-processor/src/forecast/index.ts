export type {
  Forecast,
  Forecaster,
  ForecastInput,
  ForecastModel,
  ForecastOptions,
  RollingForecast,
} from './types.ts';
