export type { BlendSettings } from './blend.ts';
export { createForecaster, type ForecasterMethod, forecasterMethods } from './methods.ts';
export { createRollingForecast, decodeRollingForecast } from './rolling-forecast.ts';
export type {
  Forecast,
  Forecaster,
  ForecastInput,
  ForecastModel,
  ForecastOptions,
  RollingForecast,
} from './types.ts';
