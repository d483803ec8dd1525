export { ApiError, type ClientOptions } from '../http/caller.ts';
export {
  type AlertsClient,
  createAlertsClient,
  type FeedRequest,
  type GroupsRequest,
} from './client.ts';
