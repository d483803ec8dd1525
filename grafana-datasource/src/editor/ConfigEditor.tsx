import type { DataSourcePluginOptionsEditorProps } from '@grafana/data';
import { Field, FieldSet, Input, SecretInput } from '@grafana/ui';
import { type ChangeEvent, type ReactElement, useEffect } from 'react';
import { type ConfigField, type ConfigProblem, configProblems } from '../model/config.ts';
import type { StatBarOptions, StatBarSecrets } from '../model/query.ts';
import { t } from '../texts.ts';
import { IdentityFields } from './IdentityFields.tsx';

export type ConfigProps = DataSourcePluginOptionsEditorProps<StatBarOptions, StatBarSecrets>;

interface PartProps extends ConfigProps {
  readonly problems: ReadonlyMap<ConfigField, ConfigProblem>;
}

const wide = 50;
const fields: readonly ConfigField[] = ['url', 'scrapeInterval', 'incrementalOverlap', 'traceUrl'];

/** Where the service is, the token that it is asked with, who asks, and what queries need to know. */
export function ConfigEditor(props: ConfigProps): ReactElement {
  const { options, validation } = props;
  const problems = configProblems(options.url, options.jsonData);
  useEffect(
    () =>
      validation?.registerValidation(() => {
        for (const field of fields) {
          const problem = problems.get(field);
          if (problem === undefined) validation.clearError(field);
          else validation.setError(field, wordsOf(problem));
        }
        return problems.size === 0;
      }),
    [validation, problems],
  );
  return (
    <>
      <Connection {...props} problems={problems} />
      <IdentityFields {...props} />
      <Queries {...props} problems={problems} />
    </>
  );
}

function wordsOf(problem: ConfigProblem): string {
  return t(problem, { open: '{{', close: '}}' });
}

function Connection({ options, onOptionsChange, problems }: PartProps): ReactElement {
  const { url, secureJsonData, secureJsonFields, readOnly } = options;
  const problem = problems.get('url');
  return (
    <FieldSet label={t('config.connection')}>
      <Field
        label={t('config.url')}
        description={t('config.url.about')}
        required
        // A form that nobody has filled in yet is not wrong.
        invalid={problem !== undefined && url !== ''}
        error={problem && wordsOf(problem)}
      >
        <Input
          id="statbar-url"
          width={wide}
          value={url}
          disabled={readOnly}
          placeholder="http://localhost:4318"
          onChange={(event: ChangeEvent<HTMLInputElement>) =>
            onOptionsChange({ ...options, url: event.currentTarget.value })
          }
        />
      </Field>
      <Field label={t('config.token')} description={t('config.token.about')}>
        <SecretInput
          id="statbar-token"
          width={wide}
          value={secureJsonData?.token ?? ''}
          isConfigured={secureJsonFields['token'] === true}
          disabled={readOnly}
          placeholder={t('config.token.none')}
          onReset={() =>
            onOptionsChange({
              ...options,
              secureJsonFields: { ...secureJsonFields, token: false },
              secureJsonData: { ...secureJsonData, token: '' },
            })
          }
          onChange={(event: ChangeEvent<HTMLInputElement>) =>
            onOptionsChange({
              ...options,
              secureJsonData: { ...secureJsonData, token: event.currentTarget.value },
            })
          }
        />
      </Field>
    </FieldSet>
  );
}

function Queries({ options, onOptionsChange, problems }: PartProps): ReactElement {
  const { jsonData, readOnly } = options;
  const set = (change: Partial<StatBarOptions>): void =>
    onOptionsChange({ ...options, jsonData: { ...jsonData, ...change } });
  const duration = (key: 'scrapeInterval' | 'incrementalOverlap', placeholder: string) => {
    const name = key === 'scrapeInterval' ? 'config.scrape' : 'config.overlap';
    const problem = problems.get(key);
    return (
      <Field
        label={t(name)}
        description={t(`${name}.about`)}
        invalid={problem !== undefined}
        error={problem && wordsOf(problem)}
      >
        <Input
          id={`statbar-${key}`}
          width={20}
          value={jsonData[key] ?? ''}
          disabled={readOnly}
          placeholder={placeholder}
          onChange={(event: ChangeEvent<HTMLInputElement>) =>
            set({ [key]: event.currentTarget.value.trim() })
          }
        />
      </Field>
    );
  };
  const traceProblem = problems.get('traceUrl');
  return (
    <FieldSet label={t('config.queries')}>
      {duration('scrapeInterval', '15s')}
      {duration('incrementalOverlap', '10m')}
      <Field
        label={t('config.trace-url')}
        description={t('config.trace-url.about', { open: '{{', close: '}}' })}
        invalid={traceProblem !== undefined}
        error={traceProblem && wordsOf(traceProblem)}
      >
        <Input
          id="statbar-trace-url"
          width={wide}
          value={jsonData.traceUrl ?? ''}
          disabled={readOnly}
          placeholder="https://tempo.example/trace/{{traceId}}"
          onChange={(event: ChangeEvent<HTMLInputElement>) => set({ traceUrl: event.currentTarget.value })}
        />
      </Field>
      <Field label={t('config.variables')} description={t('config.variables.about')}>
        <Input
          id="statbar-variables"
          width={wide}
          defaultValue={(jsonData.defaultVariables ?? []).join(', ')}
          disabled={readOnly}
          placeholder="team, environment"
          onBlur={(event: ChangeEvent<HTMLInputElement>) => {
            const names = event.currentTarget.value.split(',').map((name) => name.trim());
            const given = names.filter((name) => name !== '');
            set({ defaultVariables: given });
          }}
        />
      </Field>
    </FieldSet>
  );
}
