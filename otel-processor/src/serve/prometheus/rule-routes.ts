import type { AlertInstance, GroupStatus, RuleStatus } from '../../alert/index.ts';
import { type Fault, isFault } from '../../base/index.ts';
import type { Api, ApiRequest } from '../api.ts';
import type { QueryLanguage } from '../ports.ts';
import { answerData } from './answer.ts';
import { rulePage, ruleSelection } from './rule-selection.ts';

/** `rules` and `alerts` (prometheus.io, "HTTP API: Rules", "Alerts"). */
export function addRuleRoutes(api: Api, language: QueryLanguage): void {
  api.route(['GET'], '/api/v1/rules', 'read', (request) => rules(request, language));
  api.route(['GET'], '/api/v1/alerts', 'read', ({ tenant }) => {
    const all = tenant.rules().flatMap((group) => group.rules.flatMap((rule) => rule.alerts.map(alertJson)));
    return answerData({ alerts: all });
  });
}

function rules({ parameters, tenant }: ApiRequest, language: QueryLanguage): Response | Fault {
  const selection = ruleSelection(parameters, language);
  if (isFault(selection)) return selection;
  const wanted = (name: string): ((value: string) => boolean) => {
    const values = new Set(parameters.all(name));
    return (value) => values.size === 0 || values.has(value);
  };
  const [groupName, file] = [wanted('rule_group[]'), wanted('file[]')];
  const withAlerts = parameters.get('exclude_alerts') !== 'true';
  const page = rulePage(
    tenant
      .rules()
      .filter(({ group }) => groupName(group.name) && file(group.file))
      .filter(({ rules: all }) => selection.showsEmpty || all.some((rule) => selection.keep(rule))),
    parameters,
  );
  if (isFault(page)) return page;
  const groups = page.groups.map((status) =>
    groupJson(
      status,
      status.rules.filter((rule) => selection.keep(rule)),
      withAlerts,
    ),
  );
  return answerData(page.nextToken === undefined ? { groups } : { groups, groupNextToken: page.nextToken });
}

function groupJson(status: GroupStatus, kept: readonly RuleStatus[], withAlerts: boolean) {
  const { group, evaluationMs, lastEvaluationMs } = status;
  return {
    name: group.name,
    file: group.file,
    rules: kept.map((rule) => ruleJson(rule, withAlerts)),
    interval: group.intervalMs / 1000,
    limit: group.limit,
    evaluationTime: evaluationMs / 1000,
    lastEvaluation: timeJson(lastEvaluationMs),
  };
}

function ruleJson(
  { rule, health, lastError, lastEvaluationMs, evaluationMs, alerts }: RuleStatus,
  withAlerts: boolean,
) {
  const evaluation = {
    health,
    ...(lastError === '' ? {} : { lastError }),
    evaluationTime: evaluationMs / 1000,
    lastEvaluation: timeJson(lastEvaluationMs),
  };
  if (rule.kind === 'recording') {
    const labels = Object.fromEntries(rule.labels);
    return { name: rule.record, query: rule.expression, labels, ...evaluation, type: 'recording' };
  }
  const states = new Set(alerts.map(({ standing }) => standing.state));
  return {
    state: states.has('firing') ? 'firing' : states.has('pending') ? 'pending' : 'inactive',
    name: rule.alert,
    query: rule.expression,
    duration: rule.forMs / 1000,
    keepFiringFor: rule.keepFiringForMs / 1000,
    labels: Object.fromEntries(rule.labels),
    annotations: Object.fromEntries(rule.annotations),
    alerts: withAlerts ? alerts.map(alertJson) : [],
    ...evaluation,
    type: 'alerting',
  };
}

function alertJson({ labels, annotations, value, standing }: AlertInstance) {
  const { state, activeAtMs, keepFiringSinceMs } = standing;
  return {
    labels: labels.toRecord(),
    annotations: Object.fromEntries(annotations),
    state,
    activeAt: timeJson(activeAtMs),
    ...(keepFiringSinceMs === undefined ? {} : { keepFiringSince: timeJson(keepFiringSinceMs) }),
    value: exponentForm(value),
  };
}

/** RFC 3339; the year 1 stands for never, as in Prometheus. */
function timeJson(timeMs: number | undefined): string {
  return timeMs === undefined ? '0001-01-01T00:00:00Z' : new Date(timeMs).toISOString();
}

/** The shortest digits in exponent form, `1e+00`, as alerts have their values there. */
function exponentForm(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  return value.toExponential().replace(/e([+-])(\d)$/, 'e$10$2');
}
