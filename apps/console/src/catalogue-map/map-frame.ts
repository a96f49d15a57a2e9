import type { MapPoints } from './map-points';

/** What part of a map is seen, in CSS pixels: a point (x, y) is drawn at (left + x * scale, top - y * scale). */
export interface MapFrame {
  readonly width: number;
  readonly height: number;
  readonly scale: number;
  readonly left: number;
  readonly top: number;
}
export interface Place {
  readonly x: number;
  readonly y: number;
}

const paddingPx = 24;
const mostZoom = 60;

/** All points, as large as fits. */
export function wholeMap(points: MapPoints, width: number, height: number): MapFrame {
  let [west, east, south, north] = [0, 0, 0, 0];
  for (let at = 0; at < points.count; at++) {
    const [x, y] = [points.x[at] as number, points.y[at] as number];
    if (at === 0 || x < west) west = x;
    if (at === 0 || x > east) east = x;
    if (at === 0 || y < south) south = y;
    if (at === 0 || y > north) north = y;
  }
  const scale = Math.min(
    Math.max(1, width - 2 * paddingPx) / Math.max(1, east - west),
    Math.max(1, height - 2 * paddingPx) / Math.max(1, north - south),
  );
  return {
    width,
    height,
    scale,
    left: width / 2 - (scale * (west + east)) / 2,
    top: height / 2 + (scale * (south + north)) / 2,
  };
}

/** Zoomed by `factor`, with what is at `place` staying there; never further out than `whole`. */
export function zoomed(frame: MapFrame, whole: MapFrame, factor: number, place: Place): MapFrame {
  const scale = Math.min(mostZoom * whole.scale, Math.max(whole.scale, frame.scale * factor));
  if (scale === whole.scale) return whole;
  const ratio = scale / frame.scale;
  return {
    ...frame,
    scale,
    left: place.x - (place.x - frame.left) * ratio,
    top: place.y - (place.y - frame.top) * ratio,
  };
}

/** Moved by so many pixels. */
export const moved = (frame: MapFrame, x: number, y: number): MapFrame => ({
  ...frame,
  left: frame.left + x,
  top: frame.top + y,
});

/** Moved as little as brings the point into view, with room around it. */
export function showing(frame: MapFrame, points: MapPoints, at: number): MapFrame {
  const { x, y } = placeOf(frame, points, at);
  const into = (value: number, size: number) =>
    value < 2 * paddingPx ? 2 * paddingPx - value : Math.min(0, size - 2 * paddingPx - value);
  return moved(frame, into(x, frame.width), into(y, frame.height));
}

export const placeOf = (frame: MapFrame, points: MapPoints, at: number): Place => ({
  x: frame.left + (points.x[at] as number) * frame.scale,
  y: frame.top - (points.y[at] as number) * frame.scale,
});

/** The shown point nearest to a place, at most `reachPx` away; -1 when there is none. */
export function pointAt(
  frame: MapFrame,
  points: MapPoints,
  place: Place,
  options: { readonly reachPx: number; readonly isShown: (at: number) => boolean },
): number {
  let best = -1;
  let least = options.reachPx ** 2;
  for (let at = 0; at < points.count; at++) {
    const spot = placeOf(frame, points, at);
    const distance = (spot.x - place.x) ** 2 + (spot.y - place.y) ** 2;
    if (distance > least || !options.isShown(at)) continue;
    best = at;
    least = distance;
  }
  return best;
}

/** The next shown point from `from` to that side: near, and rather straight ahead than aside. -1: there is none. */
export function neighbourOf(
  points: MapPoints,
  from: number,
  side: Place,
  isShown: (at: number) => boolean,
): number {
  let best = -1;
  let least = Number.POSITIVE_INFINITY;
  for (let at = 0; at < points.count; at++) {
    const x = (points.x[at] as number) - (points.x[from] as number);
    const y = (points.y[at] as number) - (points.y[from] as number);
    const ahead = x * side.x + y * side.y;
    if (ahead <= 0 || !isShown(at)) continue;
    const cost = ahead + 3 * Math.abs(x * side.y - y * side.x);
    if (cost >= least) continue;
    best = at;
    least = cost;
  }
  return best;
}

/** The shown points inside a closed line of places (even-odd rule). */
export function pointsWithin(
  frame: MapFrame,
  points: MapPoints,
  line: readonly Place[],
  isShown: (at: number) => boolean,
): number[] {
  if (line.length < 3) return [];
  const [west, east] = [Math.min(...line.map(({ x }) => x)), Math.max(...line.map(({ x }) => x))];
  const [above, below] = [Math.min(...line.map(({ y }) => y)), Math.max(...line.map(({ y }) => y))];
  const found: number[] = [];
  for (let at = 0; at < points.count; at++) {
    const { x, y } = placeOf(frame, points, at);
    if (x < west || x > east || y < above || y > below || !isShown(at)) continue;
    if (isInside(line, x, y)) found.push(at);
  }
  return found;
}

function isInside(line: readonly Place[], x: number, y: number): boolean {
  let inside = false;
  let before = line.at(-1);
  for (const corner of line) {
    if (before !== undefined && corner.y > y !== before.y > y) {
      const crossing = before.x + ((y - before.y) / (corner.y - before.y)) * (corner.x - before.x);
      if (x < crossing) inside = !inside;
    }
    before = corner;
  }
  return inside;
}
