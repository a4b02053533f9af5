import type { Figure } from './figure.ts';
import { layers } from './layers.tsx';
import { placeMap } from './map.tsx';
import { matrix } from './matrix.tsx';
import { table } from './table.tsx';

/** A kind of figure. */
interface FigureKind {
  readonly draw: Figure;
  /** Whether it is a picture, which needs its rows as a table beside it. */
  readonly picture: boolean;
}

/** The kinds of figure that pages are made of. Adding one is a file and a row here. */
export const figures: Readonly<Record<string, FigureKind>> = {
  layers: { draw: layers, picture: true },
  map: { draw: placeMap, picture: true },
  matrix: { draw: matrix, picture: false },
  table: { draw: table, picture: false },
};
