import type { PanelData } from '@grafana/data';
import { Button, Stack, Text } from '@grafana/ui';
import type { ReactElement } from 'react';
import type { StatBarDataSource } from '../datasource.ts';
import type { StatBarQuery } from '../model/query.ts';

export interface HintsProps {
  readonly query: StatBarQuery;
  readonly datasource: StatBarDataSource;
  /** What the query gave last. */
  readonly data: PanelData | undefined;
  onFix(query: StatBarQuery): void;
}

/** What is likely not meant, each with a button that puts it right. */
export function Hints({ query, datasource, data, onFix }: HintsProps): ReactElement | null {
  const results = (data?.series ?? []).filter(({ refId }) => refId === query.refId);
  // Before there is a result it is not known what metrics are.
  const hints = results.length === 0 ? [] : datasource.getQueryHints(query, results);
  if (hints.length === 0) return null;
  return (
    <Stack direction="column" gap={0.5}>
      {hints.map(({ type, label, fix }) => (
        <Stack key={`${type} ${label}`} direction="row" gap={1} alignItems="center">
          <Text color="secondary" variant="bodySmall">
            {label}
          </Text>
          {fix?.action !== undefined && (
            <Button
              size="sm"
              fill="text"
              onClick={() => fix.action && onFix(datasource.modifyQuery(query, fix.action))}
            >
              {fix.label}
            </Button>
          )}
        </Stack>
      ))}
    </Stack>
  );
}
