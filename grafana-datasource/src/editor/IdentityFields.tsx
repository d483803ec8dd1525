import type { DataSourceSettings } from '@grafana/data';
import {
  CustomHeadersSettings,
  Field,
  FieldSet,
  InlineField,
  InlineSwitch,
  Stack,
  TagsInput,
  TLSAuthSettings,
} from '@grafana/ui';
import type { ReactElement } from 'react';
import type { StatBarOptions } from '../model/query.ts';
import { type TextKey, t } from '../texts.ts';
import type { ConfigProps } from './ConfigEditor.tsx';

/**
 * Who asks: what Grafana's data proxy sends along of the person who looks, and how the connection is secured. The data
 * source itself never sees any of it.
 */
export function IdentityFields({ options, onOptionsChange }: ConfigProps): ReactElement {
  const { jsonData, readOnly } = options;
  const set = (change: Partial<StatBarOptions>): void =>
    onOptionsChange({ ...options, jsonData: { ...jsonData, ...change } });
  const toggle = (key: Toggle, label: TextKey, about: TextKey): ReactElement => (
    <InlineField label={t(label)} tooltip={t(about)} labelWidth={32} disabled={readOnly === true}>
      <InlineSwitch
        id={`statbar-${key}`}
        aria-label={t(label)}
        value={jsonData[key] === true}
        onChange={(event) => set({ [key]: event.currentTarget.checked })}
      />
    </InlineField>
  );
  // Grafana's own parts know no more of a data source than that it has settings.
  const settings = options as DataSourceSettings<StatBarOptions, Record<string, string>>;
  const change = (changed: DataSourceSettings<StatBarOptions, Record<string, string>>): void =>
    onOptionsChange(changed);
  return (
    <FieldSet label={t('config.identity')}>
      <Stack direction="column" gap={1}>
        <div>
          {toggle('oauthPassThru', 'config.oauth', 'config.oauth.about')}
          {toggle('tlsAuthWithCACert', 'config.tls-ca', 'config.tls-ca.about')}
          {toggle('tlsAuth', 'config.tls-client', 'config.tls-client.about')}
          {toggle('tlsSkipVerify', 'config.tls-skip', 'config.tls-skip.about')}
        </div>
        {(jsonData.tlsAuth === true || jsonData.tlsAuthWithCACert === true) && (
          <TLSAuthSettings dataSourceConfig={settings} onChange={change} />
        )}
        <Field label={t('config.cookies')} description={t('config.cookies.about')}>
          <TagsInput
            id="statbar-cookies"
            width={50}
            placeholder={t('config.cookies.add')}
            tags={jsonData.keepCookies ?? []}
            disabled={readOnly === true}
            onChange={(keepCookies) => set({ keepCookies })}
          />
        </Field>
        <CustomHeadersSettings dataSourceConfig={settings} onChange={change as never} />
      </Stack>
    </FieldSet>
  );
}

type Toggle = 'oauthPassThru' | 'tlsAuthWithCACert' | 'tlsAuth' | 'tlsSkipVerify';
