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
 * Draws a map onto a canvas of frame.width x frame.height CSS pixels. Dots, rings of new items and selected ones are
 * written into the picture's bytes: all may be as many as the catalogue, and 100,000 rectangles or circles of the
 * canvas take ten times as long.
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
  const ink = pixelOf(look.ink, 255);
  const stamp = (which: readonly number[], side: number, pixel: (at: number) => number) => {
    const dot = Math.round(side * ratio);
    for (const at of which) {
      const { x, y } = placeOf(frame, points, at);
      const [left, top] = [Math.round(x * ratio - dot / 2), Math.round(y * ratio - dot / 2)];
      fill(pixels, width, height, { left, top, dot }, pixel(at));
    }
  };
  const ring = ringOf(5 * ratio);
  for (const at of rings) {
    const { x, y } = placeOf(frame, points, at);
    for (const { right, down } of ring) {
      const [column, row] = [Math.round(x * ratio) + right, Math.round(y * ratio) + down];
      if (column >= 0 && row >= 0 && column < width && row < height) pixels[row * width + column] = ink;
    }
  }
  stamp(selected, 7, () => ink);
  stamp(selected, 4, (at) => opaque[points.category[at] as number] ?? ink);
  context.putImageData(picture, 0, 0);
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.strokeStyle = look.ink;
  if (look.focused >= 0) circle(context, placeOf(frame, points, look.focused));
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

/** The pixels of a circle around one pixel. */
function ringOf(radius: number): readonly { readonly right: number; readonly down: number }[] {
  const reach = Math.ceil(radius);
  const across = Array.from({ length: 2 * reach + 1 }, (_, at) => at - reach);
  return across.flatMap((right) =>
    across
      .filter((down) => Math.abs(Math.hypot(right, down) - radius) < 0.5)
      .map((down) => ({ right, down })),
  );
}

function circle(context: CanvasRenderingContext2D, { x, y }: Place) {
  context.lineWidth = 2.5;
  context.beginPath();
  context.arc(x, y, 9, 0, 2 * Math.PI);
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
