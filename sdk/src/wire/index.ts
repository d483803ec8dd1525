export {
  type AlertAction,
  type AlertActionAnswer,
  type AlertActionCommon,
  type AlertActionRefusal,
  isAlertActionAnswer,
} from './alert-actions.ts';
export {
  type ActionOrigin,
  type AlertAcknowledgement,
  type AlertActor,
  type AlertChart,
  type AlertEscalation,
  type AlertGroup,
  type AlertGroupList,
  type AlertGroupState,
  type AlertLink,
  type AlertMember,
  type AlertRemediation,
  type AlertSeverity,
  type AlertSilenceSummary,
  type AlertStoryEntry,
  type AlertStoryKind,
  type AuditEntry,
  type AuditList,
  isAlertGroup,
  isAlertGroupList,
  type OnCallList,
  type OnCallSchedule,
  type OnCallUser,
} from './alerts.ts';
export { type Episode, type EpisodeList, isEpisode, isEpisodeList } from './anomalies.ts';
export {
  isPrometheusAnswer,
  isPrometheusError,
  isPrometheusSuccess,
  isQueryData,
  isRecord,
  parseSampleValue,
} from './check.ts';
export { type ExplainAnswer, type Explanation, isExplainAnswer, type RelatedSignal } from './explain.ts';
export {
  type ForecastAnswer,
  type ForecastCrossing,
  type ForecastSeries,
  isForecastAnswer,
} from './forecast.ts';
export {
  type AlertDigest,
  type BeginAnswer,
  type BeginRequest,
  type ChatDelivery,
  type ChatMention,
  type ChatPlatform,
  type ChatSubscription,
  type ChatSubscriptionList,
  type ChatTarget,
  type DeliveryOutcome,
  type DeliveryPart,
  isBeginAnswer,
  isNotificationFeed,
  type NotificationFeed,
  type SettleRequest,
  type SubscribeRequest,
} from './notifications.ts';
export type {
  ExemplarElement,
  HistogramBucket,
  HistogramPair,
  HistogramValue,
  Labels,
  MatrixElement,
  MetadataEntry,
  PrometheusAnswer,
  PrometheusError,
  PrometheusErrorType,
  PrometheusSuccess,
  QueryData,
  QueryStats,
  SamplePair,
  VectorElement,
} from './prometheus.ts';
export type { ServiceStatus } from './status.ts';
export { isStreamError, isStreamResult, type StreamError, type StreamResult } from './stream.ts';
export {
  isViewList,
  isViewStreamResult,
  type ViewList,
  type ViewStatus,
  type ViewStreamResult,
} from './views.ts';
export {
  type EpisodeEvent,
  isEpisodeEvent,
  isWatchList,
  type WatchedSignal,
  type WatchList,
} from './watches.ts';
