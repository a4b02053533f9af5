import { geoContains, geoMercator, geoPath } from 'd3-geo';
import { feature, mesh } from 'topojson-client';
import { countries } from '../../load/outlines.ts';
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

// The country of most places stands out from its neighbours.
function outlines(projection: ReturnType<typeof geoMercator>, places: readonly [number, number][]) {
  const topology = countries();
  const draw = geoPath(projection).digits(1);
  const path = (shape: Parameters<typeof draw>[0]): string => draw(shape) ?? '';
  // An outline on the far side of the world comes out as all of the map.
  const near = topology.objects.countries.geometries.filter((each) => {
    const area = draw.area(feature(topology, each));
    return area > 0 && area < 0.99 * size.width * size.height;
  });
  const held = near.map((each) => ({
    each,
    count: places.filter((place) => geoContains(feature(topology, each), place)).length,
  }));
  const home = held.sort((a, b) => b.count - a.count)[0]?.each;
  return {
    land: home ? path(feature(topology, home)) : '',
    others: near
      .filter((each) => each !== home)
      .map((each) => path(feature(topology, each)))
      .join(''),
    borders: path(mesh(topology, topology.objects.countries, (a, b) => a !== b && (a === home || b === home))),
  };
}

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
