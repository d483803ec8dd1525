import type { encodeExportResponse, encodeStatus, grpcStatusOf, httpStatusOf } from '../ingest/index.ts';
import type { formatExpression, parseExpressionJson, parseSelector } from '../query/index.ts';

/** How OTLP words its answers; the doors only send them. */
export interface OtlpAnswers {
  readonly encodeExportResponse: typeof encodeExportResponse;
  readonly encodeStatus: typeof encodeStatus;
  readonly httpStatusOf: typeof httpStatusOf;
  readonly grpcStatusOf: typeof grpcStatusOf;
}

/** What the API needs of PromQL besides evaluation. */
export interface QueryLanguage {
  readonly parseSelector: typeof parseSelector;
  readonly formatExpression: typeof formatExpression;
  readonly parseExpressionJson: typeof parseExpressionJson;
}
