import type { AnnotationQuery, AnnotationSupport } from '@grafana/data';
import { AnnotationEditor } from './editor/AnnotationEditor.tsx';
import { migrateQuery } from './model/migrate-query.ts';
import {
  type AnnotationKind,
  annotationKinds,
  defaultQuery,
  isAskable,
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
    return { ...json, target: migrateQuery(target) };
  },
  prepareQuery({ target }) {
    if (!annotationKinds.includes(target?.kind as AnnotationKind)) return undefined;
    const query = migrateQuery({ ...target, refId: target?.refId || 'Anno', asAnnotations: true });
    return isAskable(query) ? query : undefined;
  },
};
