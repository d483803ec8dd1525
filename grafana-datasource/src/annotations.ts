import type { AnnotationQuery, AnnotationSupport } from '@grafana/data';
import { migrateQuery, type StatBarQuery } from './model/query.ts';

/** Of annotations: episodes of anomalies, or alerts; both are answered as `query` answers them. */
export const annotationSupport: AnnotationSupport<StatBarQuery> = {
  prepareAnnotation(json: AnnotationQuery<StatBarQuery>) {
    const target = json.target ?? ({ refId: 'Anno', kind: 'anomalies', signal: '' } as StatBarQuery);
    return { ...json, target: migrateQuery(target as never) };
  },
  prepareQuery(annotation) {
    const { target } = annotation;
    if (target === undefined || (target.kind !== 'anomalies' && target.kind !== 'alerts')) return undefined;
    return { ...target, refId: target.refId || 'Anno', asAnnotations: true };
  },
};
