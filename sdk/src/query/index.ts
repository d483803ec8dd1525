export { type Answer, ApiError, type ClientOptions } from '../http/caller.ts';
export {
  createQueryClient,
  type EpisodesRequest,
  type ExplainRequest,
  type ForecastRequest,
  type InstantRequest,
  type QueryClient,
  type RangeRequest,
  type SelectorsRequest,
  type Span,
} from './client.ts';
export { EventStreamParser, type ServerSentEvent } from './events.ts';
export { type StreamOptions, streamEvents } from './stream.ts';
