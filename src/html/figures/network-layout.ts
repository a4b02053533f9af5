import { forceLink, forceManyBody, forceSimulation, type SimulationNodeDatum } from 'd3-force';

/** Something with a size that gets a place. */
export interface Sized {
  readonly iri: string;
  /** How far from the middle it belongs: 0 is the middle. */
  readonly ring: number;
  readonly width: number;
  readonly height: number;
}

/** A tie between two of them, by IRI. */
export interface Tied {
  readonly from: string;
  readonly to: string;
}

/** A box with the place of its middle. */
export type Placed = Sized & { readonly x: number; readonly y: number };

/** Boxes with their places in a frame that begins at 0, 0. */
export interface Layout {
  readonly placed: readonly Placed[];
  readonly width: number;
  readonly height: number;
}

interface Body extends Sized, SimulationNodeDatum {
  x: number;
  y: number;
}

/** The space that stays between two boxes, and between two parts that nothing ties. */
const space = { boxes: 12, parts: 40 };
/** A page is wider than high. */
const stretch = 1.5;

/**
 * Places for boxes so that those that are tied are near, what belongs in the middle is there, and none covers another.
 * The same boxes always get the same places: the forces start from a spiral and shake nothing by chance.
 */
export function layOutNetwork(boxes: readonly Sized[], ties: readonly Tied[]): Layout {
  const [largest, ...others] = components(boxes, ties)
    .map((part) => layOutPart(part, ties))
    .sort((a, b) => b.placed.length - a.placed.length);
  if (!largest) return { placed: [], width: 0, height: 0 };
  // What nothing ties to the largest part stands below it, side by side.
  const row = Math.max(0, ...others.map(({ height }) => height));
  const wide = others.reduce((sum, part) => sum + part.width + space.parts, -space.parts);
  const width = Math.max(largest.width, wide);
  const shift = (part: Layout, x: number, y: number): Placed[] =>
    part.placed.map((box) => ({ ...box, x: box.x + x, y: box.y + y }));
  const placed = shift(largest, (width - largest.width) / 2, 0);
  let x = (width - wide) / 2;
  for (const part of others) {
    placed.push(...shift(part, x, largest.height + space.parts));
    x += part.width + space.parts;
  }
  return { placed, width, height: largest.height + (others.length ? space.parts + row : 0) };
}

/** Boxes that ties lead to from each other. */
function components(boxes: readonly Sized[], ties: readonly Tied[]): Sized[][] {
  const leader = new Map(boxes.map(({ iri }) => [iri, iri]));
  const lead = (iri: string): string => {
    const next = leader.get(iri) ?? iri;
    return next === iri ? iri : lead(next);
  };
  for (const { from, to } of ties) leader.set(lead(from), lead(to));
  const parts = new Map<string, Sized[]>();
  for (const box of boxes) parts.set(lead(box.iri), [...(parts.get(lead(box.iri)) ?? []), box]);
  return [...parts.values()];
}

function layOutPart(boxes: readonly Sized[], ties: readonly Tied[]): Layout {
  const bodies = boxes.map((box, index): Body => ({ ...box, ...spiral(index) }));
  const within = new Set(boxes.map(({ iri }) => iri));
  const links = ties
    .filter(({ from }) => within.has(from))
    .map(({ from, to }) => ({ source: from, target: to }) as { source: string | Body; target: string | Body });
  const radius = radii(boxes);
  const simulation = forceSimulation(bodies)
    .force(
      'ties',
      forceLink<Body, { source: string | Body; target: string | Body }>(links)
        .id(({ iri }) => iri)
        .distance(40)
        .strength(0.12),
    )
    .force('apart', forceManyBody().strength(-900))
    .force('rings', (alpha) => {
      for (const body of bodies) {
        const [x, y] = [body.x / stretch, body.y];
        const distance = Math.hypot(x, y) || 1;
        const step = (((radius[body.ring] ?? 0) - distance) / distance) * Math.min(1, 1.5 * alpha);
        body.x += x * step * stretch;
        body.y += y * step;
      }
    })
    .stop();
  // First past each other, to where they belong; then with the room that each takes.
  simulation.tick(200);
  simulation.alpha(0.4).force('boxes', () => void separate(bodies, 0.5));
  simulation.tick(200);
  for (let round = 0; round < 600; round++) if (!separate(bodies, 1)) break;
  const left = Math.min(...bodies.map(({ x, width }) => x - width / 2));
  const top = Math.min(...bodies.map(({ y, height }) => y - height / 2));
  const right = Math.max(...bodies.map(({ x, width }) => x + width / 2));
  const bottom = Math.max(...bodies.map(({ y, height }) => y + height / 2));
  return {
    placed: bodies.map(({ iri, ring, width, height, x, y }) => ({ iri, ring, width, height, x: x - left, y: y - top })),
    width: right - left,
    height: bottom - top,
  };
}

/** How far out each ring is: far enough for what is on it to stand side by side, and clear of the one before. */
function radii(boxes: readonly Sized[]): number[] {
  const found: number[] = [];
  const rings = Math.max(...boxes.map(({ ring }) => ring)) + 1;
  for (let ring = 0; ring < rings; ring++) {
    const on = boxes.filter((box) => box.ring === ring);
    // The way round a stretched circle, by its mean radius; half of each box's width and height is taken there.
    const room = on.reduce((sum, box) => sum + (box.width + box.height) / 2 + space.boxes, 0);
    const needed = room / (Math.PI * (1 + stretch));
    const before = found.at(-1);
    found.push(before === undefined ? (on.length > 1 ? needed : 0) : Math.max(needed, before + 75));
  }
  return found;
}

function spiral(index: number): { x: number; y: number } {
  const [radius, angle] = [14 * Math.sqrt(index + 0.5), index * Math.PI * (3 - Math.sqrt(5))];
  return { x: stretch * radius * Math.cos(angle), y: radius * Math.sin(angle) };
}

/** Moves boxes that overlap apart, along the way that is shorter. Tells whether any did. */
function separate(bodies: readonly Body[], share: number): boolean {
  let moved = false;
  for (const [index, a] of bodies.entries())
    for (const b of bodies.slice(index + 1)) {
      const [dx, dy] = [b.x - a.x, b.y - a.y];
      const overX = (a.width + b.width) / 2 + space.boxes - Math.abs(dx);
      const overY = (a.height + b.height) / 2 + space.boxes - Math.abs(dy);
      if (overX <= 0.01 || overY <= 0.01) continue;
      moved = true;
      if (overX < overY) {
        const step = ((dx < 0 ? -overX : overX) / 2) * share;
        a.x -= step;
        b.x += step;
      } else {
        const step = ((dy < 0 ? -overY : overY) / 2) * share;
        a.y -= step;
        b.y += step;
      }
    }
  return moved;
}
