import { geoContains, geoMercator, geoPath } from 'd3-geo';
import { LRUCache } from 'lru-cache';
import { bbox, feature, mesh } from 'topojson-client';
import type { MultiPolygon } from 'topojson-specification';
import { type Countries, countries } from '../../load/outlines.ts';
import { readerAddress } from '../view.ts';
import { type Figure, valueIn } from './figure.ts';

/** A place on the map, in its units. */
interface Spot {
  readonly iri: string;
  readonly name: string;
  readonly x: number;
  readonly y: number;
}

interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

const size = { width: 460, height: 520, margin: 70 };

/** A map of `?thing` at `?latitude`, `?longitude`. */
export const placeMap: Figure = ({ view, language, rows }) => {
  const points = new Map(
    rows.map((row) => [valueIn(row, 'thing'), [Number(valueIn(row, 'longitude')), Number(valueIn(row, 'latitude'))]]),
  );
  if (!points.size) return null;
  const coordinates = [...points.values()] as [number, number][];
  const { margin, width, height } = size;
  const projection = geoMercator().fitExtent(
    [
      [margin, margin / 2],
      [width - margin, height - margin / 2],
    ],
    { type: 'MultiPoint', coordinates },
  );
  const spots = [...points].map(([iri, place]): Spot => {
    const [x, y] = projection(place as [number, number]) ?? [0, 0];
    return { iri, name: view.index.label(iri, language) ?? iri, x, y };
  });
  const { land, borders, others } = outlines(
    projection.clipExtent([
      [0, 0],
      [width, height],
    ]),
    coordinates,
  );
  return (
    <div class="map">
      <svg viewBox={`0 0 ${width} ${height}`} width={width} height={height} aria-hidden="true">
        <path class="abroad" d={others} />
        <path class="land" d={land} />
        <path class="border" d={borders} />
        {placeNames(spots).map(({ iri, name, x, y, side }) => (
          <a key={iri} href={readerAddress(view, iri, language)} tabIndex={-1}>
            <circle cx={round(x)} cy={round(y)} r="6" />
            <text
              x={round(x + (side === 'left' ? -11 : 11))}
              y={round(y + 5)}
              text-anchor={side === 'left' ? 'end' : 'start'}
            >
              {name}
            </text>
          </a>
        ))}
      </svg>
      <ul class="spots">
        {spots
          .toSorted((a, b) => a.name.localeCompare(b.name, language))
          .map(({ iri, name }) => (
            <li key={iri}>
              <a href={readerAddress(view, iri, language)}>{name}</a>
              <p>{view.index.text(iri, language)}</p>
            </li>
          ))}
      </ul>
    </div>
  );
};

const round = (value: number): number => Math.round(value * 10) / 10;

interface Outlines {
  readonly land: string;
  readonly others: string;
  readonly borders: string;
}

const drawn = new LRUCache<string, Outlines>({ max: 20 });

// Drawing takes a second or so of work: the same places have the same outlines, in whatever language.
function outlines(projection: ReturnType<typeof geoMercator>, places: readonly [number, number][]): Outlines {
  const key = JSON.stringify(places);
  const found = drawn.get(key) ?? drawOutlines(projection, places);
  drawn.set(key, found);
  return found;
}

// The country of most places stands out from its neighbours.
function drawOutlines(projection: ReturnType<typeof geoMercator>, places: readonly [number, number][]): Outlines {
  const topology = countries();
  const draw = geoPath(projection).digits(1);
  const path = (shape: Parameters<typeof draw>[0]): string => draw(shape) ?? '';
  const seen = [
    [0, 0],
    [size.width, size.height],
  ].map(([x = 0, y = 0]) => projection.invert?.([x, y]) ?? [0, 0]);
  const near = topology.objects.countries.geometries
    .flatMap((each) => nearPart(topology, each, seen))
    .map((geometry) => ({ geometry, shape: feature(topology, geometry) }))
    // An outline on the far side of the world comes out as all of the map.
    .filter(({ shape }) => {
      const area = draw.area(shape);
      return area > 0 && area < 0.99 * size.width * size.height;
    });
  const held = near.map((each) => ({
    each,
    count: places.filter((place) => geoContains(each.shape, place)).length,
  }));
  const home = held.sort((a, b) => b.count - a.count)[0]?.each;
  // Of the borders only those that home has, so of the countries only it and its neighbours.
  const around = { type: 'GeometryCollection' as const, geometries: near.map(({ geometry }) => geometry) };
  return {
    land: home ? path(home.shape) : '',
    others: near
      .filter((each) => each !== home)
      .map(({ shape }) => path(shape))
      .join(''),
    borders: path(mesh(topology, around, (a, b) => a !== b && (a === home?.geometry || b === home?.geometry))),
  };
}

type Country = Countries['objects']['countries']['geometries'][number];

// An island on the other side of the world, or a whole continent of one country, would be drawn for nothing.
function nearPart(
  topology: Countries,
  country: Country,
  corners: readonly number[][],
): MultiPolygon<{ name: string }>[] {
  const polygons = country.type === 'MultiPolygon' ? country.arcs : country.type === 'Polygon' ? [country.arcs] : [];
  const arcs = polygons.filter((each) => meets(boxOf(topology, each), corners));
  return arcs.length ? [{ type: 'MultiPolygon', arcs }] : [];
}

/** West, south, east and north of a polygon, from the lines that it is made of. */
function boxOf(topology: Countries, polygon: number[][]): number[] {
  const arcs = polygon.flat().flatMap((each) => {
    // A line that is run through backwards goes by the complement of its number.
    const arc = topology.arcs[each < 0 ? ~each : each];
    return arc ? [arc] : [];
  });
  return bbox({ ...topology, arcs, objects: {} });
}

const meets = (
  [west = 0, south = 0, east = 0, north = 0]: readonly number[],
  corners: readonly number[][],
): boolean => {
  const [[left = 0, top = 0] = [], [right = 0, bottom = 0] = []] = corners;
  return west < right && east > left && south < top && north > bottom;
};

/** How wide a letter is, about, and how high a line. */
const letter = { width: 7.6, height: 18 };

// A name stands where it covers no other place and no other name: to the right if it can be.
function placeNames(spots: readonly Spot[]): (Spot & { side: 'left' | 'right' })[] {
  const taken: Box[] = spots.map(({ x, y }) => ({ left: x - 8, right: x + 8, top: y - 8, bottom: y + 8 }));
  return spots.map((spot) => {
    const long = spot.name.length * letter.width;
    const boxes = (['right', 'left'] as const).map((side) => {
      const left = side === 'right' ? spot.x + 10 : spot.x - 10 - long;
      return { side, left, right: left + long, top: spot.y - letter.height / 2, bottom: spot.y + letter.height / 2 };
    });
    const fits = boxes.find(
      (box) => box.left > 0 && box.right < size.width && !taken.some((other) => overlap(box, other)),
    );
    const chosen = fits ?? boxes[0];
    if (chosen) taken.push(chosen);
    return { ...spot, side: chosen?.side ?? 'right' };
  });
}

const overlap = (a: Box, b: Box): boolean =>
  a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
