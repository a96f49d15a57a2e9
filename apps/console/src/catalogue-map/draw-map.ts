import { type MapFrame, type Place, placeOf } from './map-frame';
import type { MapPoints } from './map-points';

export interface MapLook {
  /** By place in the map's categories, as #rrggbb. */
  readonly colours: readonly string[];
  readonly ink: string;
  readonly isShown: (at: number) => boolean;
  /** Null: nothing is searched for. Everything else then steps back. */
  readonly isFound: ((at: number) => boolean) | null;
  readonly isSelected: (at: number) => boolean;
  /** -1: none. */
  readonly focused: number;
  readonly lasso: readonly Place[];
}

/**
 * Draws a map onto a canvas of frame.width x frame.height CSS pixels. Dots are written into the picture's bytes:
 * 100,000 take some 5 ms, as rectangles of the canvas ten times that.
 */
export function drawMap(
  context: CanvasRenderingContext2D,
  points: MapPoints,
  frame: MapFrame,
  look: MapLook,
  ratio: number,
) {
  const width = Math.round(frame.width * ratio);
  const height = Math.round(frame.height * ratio);
  const picture = context.createImageData(width, height);
  const pixels = new Uint32Array(picture.data.buffer);
  const opaque = look.colours.map((colour) => pixelOf(colour, 255));
  const faint = look.colours.map((colour) => pixelOf(colour, 56));
  const zoom = Math.min(3, Math.max(1, frame.scale / 0.03));
  const size = Math.max(2, Math.round((points.count > 20_000 ? 2 : 3) * ratio * Math.sqrt(zoom)));
  const rings: number[] = [];
  const selected: number[] = [];
  for (let at = 0; at < points.count; at++) {
    if (!look.isShown(at)) continue;
    const { x, y } = placeOf(frame, points, at);
    if (x < -8 || y < -8 || x > frame.width + 8 || y > frame.height + 8) continue;
    const found = look.isFound === null || look.isFound(at);
    if (points.isNew[at] === 1 && found) rings.push(at);
    if (look.isSelected(at)) selected.push(at);
    const pixel = (found ? opaque : faint)[points.category[at] as number] ?? 0;
    const dot = look.isFound !== null && found ? size + 2 : size;
    fill(
      pixels,
      width,
      height,
      { left: Math.round(x * ratio - dot / 2), top: Math.round(y * ratio - dot / 2), dot },
      pixel,
    );
  }
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, width, height);
  context.putImageData(picture, 0, 0);
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.strokeStyle = look.ink;
  circle(context, points, frame, rings, 5, 1);
  context.fillStyle = look.ink;
  for (const at of selected) {
    const { x, y } = placeOf(frame, points, at);
    context.fillRect(x - 3.5, y - 3.5, 7, 7);
  }
  for (const at of selected) {
    const { x, y } = placeOf(frame, points, at);
    context.fillStyle = look.colours[points.category[at] as number] ?? look.ink;
    context.fillRect(x - 2, y - 2, 4, 4);
  }
  if (look.focused >= 0) circle(context, points, frame, [look.focused], 9, 2.5);
  if (look.lasso.length > 1) outline(context, look.lasso);
}

/** Little-endian, as every machine with a browser is: the bytes are red, green, blue, alpha. */
function pixelOf(colour: string, alpha: number): number {
  const value = Number.parseInt(colour.slice(1), 16);
  const [red, green, blue] = [(value >> 16) & 255, (value >> 8) & 255, value & 255];
  return ((alpha << 24) | (blue << 16) | (green << 8) | red) >>> 0;
}

function fill(
  pixels: Uint32Array,
  width: number,
  height: number,
  { left, top, dot }: { readonly left: number; readonly top: number; readonly dot: number },
  pixel: number,
) {
  for (let row = Math.max(0, top); row < Math.min(height, top + dot); row++) {
    pixels.fill(
      pixel,
      row * width + Math.max(0, left),
      row * width + Math.max(0, Math.min(width, left + dot)),
    );
  }
}

function circle(
  context: CanvasRenderingContext2D,
  points: MapPoints,
  frame: MapFrame,
  which: readonly number[],
  radius: number,
  line: number,
) {
  context.lineWidth = line;
  context.beginPath();
  for (const at of which) {
    const { x, y } = placeOf(frame, points, at);
    context.moveTo(x + radius, y);
    context.arc(x, y, radius, 0, 2 * Math.PI);
  }
  context.stroke();
}

function outline(context: CanvasRenderingContext2D, line: readonly Place[]) {
  context.lineWidth = 1.5;
  context.setLineDash([5, 4]);
  context.beginPath();
  for (const { x, y } of line) context.lineTo(x, y);
  context.closePath();
  context.stroke();
  context.setLineDash([]);
}
