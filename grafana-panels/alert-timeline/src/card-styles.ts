import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';

export const cardStyles = (theme: GrafanaTheme2) => ({
  part: css({
    marginBottom: theme.spacing(1),
    paddingRight: theme.spacing(3),
    '&:last-child': { marginBottom: 0 },
  }),
  head: css({ display: 'flex', alignItems: 'center', gap: theme.spacing(0.75), overflowWrap: 'anywhere' }),
  swatch: css({ width: 12, height: 12, borderRadius: 2, flexShrink: 0 }),
  quiet: css({ color: theme.colors.text.secondary }),
  text: css({ overflowWrap: 'anywhere', whiteSpace: 'pre-line' }),
  buttons: css({
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    gap: theme.spacing(1),
    margin: theme.spacing(0.5, 0),
  }),
  lines: css({
    margin: theme.spacing(0.5, 0, 0),
    '& > div': { display: 'flex', justifyContent: 'space-between', gap: theme.spacing(3) },
    dt: { fontWeight: 'normal', color: theme.colors.text.secondary, flexShrink: 0 },
    dd: { margin: 0, overflowWrap: 'anywhere', textAlign: 'right' },
  }),
});
