export {
  AlertsApiError,
  type AlertsClient,
  type AlertsClientOptions,
  createAlertsClient,
  type FeedRequest,
  type GroupsRequest,
} from './client.ts';
