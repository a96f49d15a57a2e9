// biome-ignore-all lint/a11y/noNoninteractiveTabindex: the map is moved and read by keyboard
// biome-ignore-all lint/a11y/noInteractiveElementToNoninteractiveRole: an application is what a canvas with keys is
'use client';
import { useComputedColorScheme } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { useTranslations } from 'next-intl';
import { type KeyboardEvent, type PointerEvent, useEffect, useId, useRef, useState } from 'react';
import { drawMap, type MapLook } from './draw-map';
import styles from './map-canvas.module.css';
import { MapControls, type MapTool } from './map-controls';
import {
  type MapFrame,
  moved,
  neighbourOf,
  type Place,
  placeOf,
  pointAt,
  pointsWithin,
  showing,
  wholeMap,
  zoomed,
} from './map-frame';
import type { MapPoints } from './map-points';

const reachPx = 12;
const sides: Readonly<Record<string, Place>> = {
  ArrowLeft: { x: -1, y: 0 },
  ArrowRight: { x: 1, y: 0 },
  ArrowUp: { x: 0, y: 1 },
  ArrowDown: { x: 0, y: -1 },
};

/** The drawing: looked at closer by wheel and buttons, selected from by lasso or by Space, walked by arrows. */
export function MapCanvas(props: {
  readonly points: MapPoints;
  readonly look: Omit<MapLook, 'colours' | 'ink' | 'focused' | 'lasso'>;
  readonly categoryCount: number;
  readonly focused: number;
  readonly onFocus: (at: number) => void;
  readonly onOpen: (at: number) => void;
  readonly onToggle: (at: number) => void;
  readonly onLasso: (found: readonly number[], adds: boolean) => void;
  readonly label: string;
  /** What is at the focused point, in words. */
  readonly caption: string | null;
}) {
  const { points, look, focused } = props;
  const t = useTranslations('map');
  const help = useId();
  const canvas = useRef<HTMLCanvasElement>(null);
  const { ref, width, height } = useElementSize();
  const scheme = useComputedColorScheme('light');
  const [frame, setFrame] = useState<MapFrame | null>(null);
  const [tool, setTool] = useState<MapTool>('lasso');
  const [lasso, setLasso] = useState<readonly Place[]>([]);
  const drag = useRef<Place | null>(null);
  /** Whether the pointer has left the place where it was pressed: it then drags, and opens nothing. */
  const wentFar = useRef(false);
  const whole = width > 0 && height > 0 ? wholeMap(points, width, height) : null;
  const view = frame !== null && frame.width === width && frame.height === height ? frame : whole;

  // biome-ignore lint/correctness/useExhaustiveDependencies: the theme is in the colours that are read
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (canvas.current === null || !context || view === null) return;
    const ratio = Math.min(2, window.devicePixelRatio);
    canvas.current.width = Math.round(view.width * ratio);
    canvas.current.height = Math.round(view.height * ratio);
    const colours = coloursOf(canvas.current, props.categoryCount);
    const request = requestAnimationFrame(() =>
      drawMap(context, points, view, { ...look, ...colours, focused, lasso }, ratio),
    );
    return () => cancelAnimationFrame(request);
  }, [points, view, look, focused, lasso, scheme, props.categoryCount]);

  // React listens to wheels passively, and this one must not scroll the page.
  useEffect(() => {
    const element = canvas.current;
    if (element === null || view === null || whole === null) return;
    const turn = (event: WheelEvent) => {
      event.preventDefault();
      setFrame(zoomed(view, whole, Math.exp(-event.deltaY / 300), { x: event.offsetX, y: event.offsetY }));
    };
    element.addEventListener('wheel', turn, { passive: false });
    return () => element.removeEventListener('wheel', turn);
  });

  const at = (event: PointerEvent): Place => {
    const { left, top } = event.currentTarget.getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top };
  };
  const pointUnder = (place: Place) =>
    view === null ? -1 : pointAt(view, points, place, { reachPx, isShown: look.isShown });
  const press = (event: PointerEvent<HTMLCanvasElement>) => {
    event.currentTarget.setPointerCapture(event.pointerId);
    drag.current = at(event);
    wentFar.current = false;
    if (tool === 'lasso') setLasso([at(event)]);
  };
  const drift = (event: PointerEvent<HTMLCanvasElement>) => {
    const place = at(event);
    const from = drag.current;
    if (from === null) return props.onFocus(pointUnder(place));
    if (tool === 'lasso') return setLasso((line) => [...line, place]);
    // a hand that only trembles does not move the map
    if (!wentFar.current && Math.hypot(place.x - from.x, place.y - from.y) <= 3) return;
    wentFar.current = true;
    if (view !== null) setFrame(moved(view, place.x - from.x, place.y - from.y));
    drag.current = place;
  };
  const release = (event: PointerEvent<HTMLCanvasElement>) => {
    const from = drag.current;
    drag.current = null;
    const place = at(event);
    const line = lasso;
    setLasso([]);
    const went = Math.max(...line.map(({ x, y }) => Math.hypot(x - place.x, y - place.y)), 0);
    if (tool === 'lasso' && went > 6 && view !== null) {
      return props.onLasso(pointsWithin(view, points, line, look.isShown), event.shiftKey);
    }
    if (from === null || wentFar.current) return;
    const under = pointUnder(place);
    if (under >= 0) props.onOpen(under);
  };
  const walk = (event: KeyboardEvent) => {
    if (view === null || whole === null || event.metaKey || event.ctrlKey || event.altKey) return;
    const middle = { x: view.width / 2, y: view.height / 2 };
    const side = sides[event.key];
    if (side !== undefined) {
      const next =
        focused < 0
          ? pointAt(view, points, middle, { reachPx: Number.MAX_SAFE_INTEGER, isShown: look.isShown })
          : neighbourOf(points, focused, side, look.isShown);
      if (next >= 0) {
        props.onFocus(next);
        setFrame(showing(view, points, next));
      }
    } else if (event.key === '+' || event.key === '=') setFrame(zoomed(view, whole, 1.5, focusOr(middle)));
    else if (event.key === '-') setFrame(zoomed(view, whole, 1 / 1.5, focusOr(middle)));
    else if (event.key === '0') setFrame(null);
    else if (event.key === ' ' && focused >= 0) props.onToggle(focused);
    else if (event.key === 'Enter' && focused >= 0) props.onOpen(focused);
    else if (event.key === 'Escape') props.onFocus(-1);
    else return;
    event.preventDefault();
  };
  const focusOr = (place: Place) => (view !== null && focused >= 0 ? placeOf(view, points, focused) : place);
  const zoomBy = (factor: number) => {
    if (view === null || whole === null) return;
    setFrame(zoomed(view, whole, factor, focusOr({ x: view.width / 2, y: view.height / 2 })));
  };
  const spot = view !== null && focused >= 0 ? placeOf(view, points, focused) : null;

  return (
    <div className={styles.stage} ref={ref}>
      <canvas
        ref={canvas}
        className={styles.canvas}
        data-tool={tool}
        role="application"
        tabIndex={0}
        aria-label={props.label}
        aria-describedby={help}
        onPointerDown={press}
        onPointerMove={drift}
        onPointerUp={release}
        onPointerLeave={() => drag.current === null && props.onFocus(-1)}
        onKeyDown={walk}
      />
      <p id={help} className="visually-hidden">
        {t('keys')}
      </p>
      <p className="visually-hidden" role="status">
        {props.caption}
      </p>
      {spot === null || props.caption === null ? null : (
        <div
          className={styles.caption}
          aria-hidden
          data-side={spot.x > width / 2 ? 'left' : 'right'}
          style={{ left: spot.x, top: Math.min(Math.max(28, spot.y), height - 28) }}
        >
          {props.caption}
        </div>
      )}
      <MapControls
        tool={tool}
        onTool={setTool}
        onZoom={zoomBy}
        onWhole={() => setFrame(null)}
        onSelectView={() =>
          view !== null && props.onLasso(pointsWithin(view, points, edgesOf(view), look.isShown), false)
        }
      />
    </div>
  );
}

const edgesOf = ({ width, height }: MapFrame): readonly Place[] => [
  { x: 0, y: 0 },
  { x: width, y: 0 },
  { x: width, y: height },
  { x: 0, y: height },
];

/** The last category is all others. */
function coloursOf(element: Element, categories: number): Pick<MapLook, 'colours' | 'ink'> {
  const style = getComputedStyle(element);
  const read = (name: string) => style.getPropertyValue(name).trim();
  const colours = Array.from({ length: categories }, (_, at) =>
    read(at === categories - 1 ? '--k-category-other' : `--k-category-${at + 1}`),
  );
  return { colours, ink: read('--k-ink') };
}
