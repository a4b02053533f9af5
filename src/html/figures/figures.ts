import type { Row } from '../../publish/tables.ts';
import { amounts, bars } from './amounts.tsx';
import { citation } from './citation.tsx';
import { comparison, spokenOf } from './comparison.tsx';
import type { Chosen, Figure } from './figure.ts';
import { hierarchy } from './hierarchy.tsx';
import { layers } from './layers.tsx';
import { placeMap } from './map.tsx';
import { matrix } from './matrix.tsx';
import { network } from './network.tsx';
import { outline } from './outline.tsx';
import { table } from './table.tsx';

/** A kind of figure. */
interface FigureKind {
  readonly draw: Figure;
  /** Whether it is a picture, which needs its rows as a table beside it. */
  readonly picture: boolean;
  /** What is chosen as long as the reader has chosen nothing. */
  readonly preset?: (rows: readonly Row[]) => Chosen;
  /** Scripts and style sheets of its own. */
  readonly assets?: readonly string[];
}

/** The kinds of figure that pages are made of. Adding one is a file and a row here. */
export const figures: Readonly<Record<string, FigureKind>> = {
  citation: { draw: citation, picture: false },
  amounts: { draw: amounts, picture: false, assets: ['sort.js'] },
  bars: { draw: bars, picture: false },
  comparison: { draw: comparison, picture: false, preset: spokenOf },
  hierarchy: { draw: hierarchy, picture: false },
  layers: { draw: layers, picture: true },
  map: { draw: placeMap, picture: true },
  matrix: { draw: matrix, picture: false },
  network: { draw: network, picture: false, assets: ['network.js'] },
  outline: { draw: outline, picture: false },
  table: { draw: table, picture: false },
};
