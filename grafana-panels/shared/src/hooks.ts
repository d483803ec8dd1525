import {
  DashboardCursorSync,
  DataHoverClearEvent,
  DataHoverEvent,
  type EventBus,
  LoadingState,
  type PanelData,
} from '@grafana/data';
import { usePanelContext } from '@grafana/ui';
import { useCallback, useDeferredValue, useEffect, useRef, useState } from 'react';

/**
 * What is to be shown. Results of a stream are shown one task later than they come: Grafana has worked through all fields
 * of the result by then, and with the panel's own work in the same task the page would stand still for a frame or two.
 */
export function useShownProps<P extends { readonly data: PanelData }>(props: P): P {
  const later = useDeferredValue(props);
  return props.data.state === LoadingState.Streaming ? later : props;
}

/** True where the viewer asked the system for less motion. */
export function useReducedMotion(): boolean {
  return useMediaQuery('(prefers-reduced-motion: reduce)');
}

function useMediaQuery(query: string): boolean {
  const [matches, setMatches] = useState(() => window.matchMedia(query).matches);
  useEffect(() => {
    const list = window.matchMedia(query);
    const changed = (): void => setMatches(list.matches);
    changed();
    list.addEventListener('change', changed);
    return () => list.removeEventListener('change', changed);
  }, [query]);
  return matches;
}

/** Pixels of the screen per CSS pixel; follows a window that is moved to another screen. */
export function usePixelRatio(): number {
  const [ratio, setRatio] = useState(() => window.devicePixelRatio || 1);
  useEffect(() => {
    const list = window.matchMedia(`(resolution: ${ratio}dppx)`);
    const changed = (): void => setRatio(window.devicePixelRatio || 1);
    list.addEventListener('change', changed);
    return () => list.removeEventListener('change', changed);
  }, [ratio]);
  return ratio;
}

export interface Crosshair {
  /** Tells the other panels which time the pointer is at; undefined: at none. */
  publish(timeMs: number | undefined): void;
}

/** The dashboard's shared crosshair, both ways: `onTime` hears of the other panels, when the dashboard wants it. */
export function useCrosshair(eventBus: EventBus, onTime: (timeMs: number | undefined) => void): Crosshair {
  const { sync } = usePanelContext();
  const listener = useRef(onTime);
  listener.current = onTime;
  const isOwn = useRef(false);
  const isOn = useCallback(() => (sync?.() ?? DashboardCursorSync.Off) !== DashboardCursorSync.Off, [sync]);
  useEffect(() => {
    const hover = eventBus.getStream(DataHoverEvent).subscribe(({ payload }) => {
      const time = payload.point['time'];
      if (!isOwn.current && isOn() && typeof time === 'number') listener.current(time);
    });
    const clear = eventBus.getStream(DataHoverClearEvent).subscribe(() => {
      if (!isOwn.current) listener.current(undefined);
    });
    return () => {
      hover.unsubscribe();
      clear.unsubscribe();
    };
  }, [eventBus, isOn]);
  const publish = useCallback(
    (timeMs: number | undefined) => {
      // Events are delivered before publish returns: those heard meanwhile are our own.
      isOwn.current = true;
      if (timeMs === undefined) eventBus.publish(new DataHoverClearEvent());
      else eventBus.publish(new DataHoverEvent({ point: { time: timeMs } }));
      isOwn.current = false;
    },
    [eventBus],
  );
  return { publish };
}
