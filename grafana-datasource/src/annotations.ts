import type { AnnotationQuery, AnnotationSupport } from '@grafana/data';
import { AnnotationEditor } from './editor/AnnotationEditor.tsx';
import {
  type AnnotationKind,
  annotationKinds,
  defaultQuery,
  isAskable,
  migrateQuery,
  type StatBarQuery,
} from './model/query.ts';

/** Without a signal: the anomalies of all. */
const anomaliesOfAll: Omit<StatBarQuery, 'refId'> = { ...defaultQuery, kind: 'anomalies', signal: '' };

/** Of annotations: episodes of anomalies, alerts, or when an expression is true; all are answered as `query` answers them. */
export const annotationSupport: AnnotationSupport<StatBarQuery> = {
  QueryEditor: AnnotationEditor,
  getDefaultQuery: () => ({ ...anomaliesOfAll }),
  prepareAnnotation(json: AnnotationQuery<StatBarQuery>) {
    const target = json.target ?? { ...anomaliesOfAll, refId: 'Anno' };
    return { ...json, target: migrateQuery(target as never) };
  },
  prepareQuery({ target }) {
    if (target === undefined || !annotationKinds.includes(target.kind as AnnotationKind)) return undefined;
    const query: StatBarQuery = { ...target, refId: target.refId || 'Anno', asAnnotations: true };
    return isAskable(query) ? query : undefined;
  },
};
