import type { DataSourcePluginOptionsEditorProps } from '@grafana/data';
import { Field, FieldSet, Input, SecretInput } from '@grafana/ui';
import type { ChangeEvent, ReactElement } from 'react';
import type { StatBarOptions, StatBarSecrets } from '../model/query.ts';
import { durationMs } from '../model/time.ts';
import { t } from '../texts.ts';

type Props = DataSourcePluginOptionsEditorProps<StatBarOptions, StatBarSecrets>;

const wide = 50;

/** Where the service is, the token that it is asked with, and what queries need to know. */
export function ConfigEditor(props: Props): ReactElement {
  return (
    <>
      <Connection {...props} />
      <Queries {...props} />
    </>
  );
}

function Connection({ options, onOptionsChange }: Props): ReactElement {
  const { url, secureJsonData, secureJsonFields, readOnly } = options;
  const isWrong = url !== '' && !/^https?:\/\/[^\s]+$/.test(url);
  return (
    <FieldSet label={t('config.connection')}>
      <Field
        label={t('config.url')}
        description={t('config.url.about')}
        required
        invalid={isWrong}
        error={t('config.url.wrong')}
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

function Queries({ options, onOptionsChange }: Props): ReactElement {
  const { jsonData, readOnly } = options;
  const set = (change: Partial<StatBarOptions>): void =>
    onOptionsChange({ ...options, jsonData: { ...jsonData, ...change } });
  const duration = (key: 'scrapeInterval' | 'incrementalOverlap', placeholder: string) => {
    const value = jsonData[key] ?? '';
    const name = key === 'scrapeInterval' ? 'config.scrape' : 'config.overlap';
    return (
      <Field
        label={t(name)}
        description={t(`${name}.about`)}
        invalid={value !== '' && durationMs(value) === undefined}
        error={t('config.duration')}
      >
        <Input
          id={`statbar-${key}`}
          width={20}
          value={value}
          disabled={readOnly}
          placeholder={placeholder}
          onChange={(event: ChangeEvent<HTMLInputElement>) =>
            set({ [key]: event.currentTarget.value.trim() })
          }
        />
      </Field>
    );
  };
  return (
    <FieldSet label={t('config.queries')}>
      {duration('scrapeInterval', '15s')}
      {duration('incrementalOverlap', '10m')}
      <Field
        label={t('config.trace-url')}
        description={t('config.trace-url.about', { open: '{{', close: '}}' })}
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
