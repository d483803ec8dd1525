import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { IconButton, Portal, useStyles2 } from '@grafana/ui';
import {
  type KeyboardEvent,
  type ReactElement,
  type ReactNode,
  useEffect,
  useLayoutEffect,
  useRef,
} from 'react';

export interface FloatingCardProps {
  /** Where it points to, in CSS pixels of the window. */
  readonly x: number;
  readonly y: number;
  readonly isPinned: boolean;
  /** What a screen reader calls it when it is pinned. */
  readonly label: string;
  readonly closeLabel: string;
  readonly children: ReactNode;
  onClose(): void;
}

const distancePx = 14;

/** A card beside the pointer that stays within the window; pinned, it can be used and takes the focus. */
export function FloatingCard(props: FloatingCardProps): ReactElement {
  const { x, y, isPinned, label, closeLabel, children, onClose } = props;
  const styles = useStyles2(getStyles);
  const card = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const element = card.current;
    if (element === null) return;
    const { offsetWidth, offsetHeight } = element;
    const { innerWidth, innerHeight } = window;
    const right = x + distancePx + offsetWidth <= innerWidth;
    const left = right ? x + distancePx : Math.max(4, x - distancePx - offsetWidth);
    const top = Math.max(4, Math.min(y + distancePx, innerHeight - offsetHeight - 4));
    element.style.transform = `translate(${Math.round(left)}px, ${Math.round(top)}px)`;
  });
  useEffect(() => {
    if (isPinned) card.current?.querySelector<HTMLElement>('button, a')?.focus({ preventScroll: true });
  }, [isPinned]);
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape') return;
    event.stopPropagation();
    onClose();
  };
  // What only repeats the cell under the cursor is not read out twice.
  const attributes = isPinned
    ? { role: 'dialog', 'aria-label': label, onKeyDown }
    : { role: 'tooltip', 'aria-hidden': true };
  return (
    <Portal>
      <div
        ref={card}
        className={styles.card}
        data-pinned={isPinned}
        data-testid="statbar-tooltip"
        {...attributes}
      >
        {isPinned && (
          <div className={styles.close}>
            <IconButton name="times" size="md" aria-label={closeLabel} onClick={onClose} />
          </div>
        )}
        {children}
      </div>
    </Portal>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  card: css({
    position: 'fixed',
    top: 0,
    left: 0,
    zIndex: theme.zIndex.tooltip,
    pointerEvents: 'none',
    '&[data-pinned="true"]': { pointerEvents: 'auto' },
    maxWidth: 380,
    maxHeight: '80vh',
    overflow: 'auto',
    padding: theme.spacing(1, 1.5),
    color: theme.colors.text.primary,
    background: theme.colors.background.elevated ?? theme.colors.background.primary,
    border: `1px solid ${theme.colors.border.medium}`,
    borderRadius: theme.shape.radius.default,
    boxShadow: theme.shadows.z3,
    fontSize: theme.typography.bodySmall.fontSize,
    fontVariantNumeric: 'tabular-nums',
  }),
  close: css({ position: 'absolute', top: theme.spacing(0.75), right: theme.spacing(0.5) }),
});
