/** A thing and what lies behind it. */
export interface MindNode {
  readonly key: string;
  readonly text: string;
  readonly children: readonly MindNode[];
}

/** Where a thing is drawn. */
export interface PlacedNode {
  readonly key: string;
  readonly text: string;
  readonly x: number;
  readonly y: number;
  /** On which side of the middle: -1 is left. */
  readonly side: -1 | 0 | 1;
  /** The line from what it lies behind; none for the middle. */
  readonly path?: string;
}

/** A drawing, with the box that holds it. */
export interface MindMap {
  readonly nodes: readonly PlacedNode[];
  readonly box: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
}

const size = { row: 27, first: 150, step: 290, label: 262, letter: 8, margin: 12 };
/** How many letters a label may have. */
export const labelLetters = 31;

/**
 * A thing in the middle, with what lies behind it left and right of it in rows. The same things give the same drawing,
 * on the server and in the browser.
 */
export function drawMindMap(middle: MindNode): MindMap {
  const half = Math.ceil(middle.children.length / 2);
  const right = placeSide(middle.children.slice(0, half), 1);
  const left = placeSide(middle.children.slice(half), -1);
  const nodes: PlacedNode[] = [{ key: middle.key, text: middle.text, x: 0, y: 0, side: 0 }, ...right, ...left];
  const ys = nodes.map(({ y }) => y);
  const reach = (side: number): number =>
    Math.max(...nodes.filter((each) => each.side === side).map(({ x }) => Math.abs(x) + size.label), size.first);
  const [top, bottom] = [Math.min(...ys) - size.row - size.margin, Math.max(...ys) + size.row / 2 + size.margin];
  return { nodes, box: { x: -reach(-1), y: top, width: reach(-1) + reach(1), height: bottom - top } };
}

function placeSide(nodes: readonly MindNode[], side: -1 | 1): PlacedNode[] {
  const rows = nodes.reduce((sum, node) => sum + rowsOf(node), 0);
  return placeBelow(nodes, { x: 0, y: 0, reach: 0 }, side, 1, (-(rows - 1) / 2) * size.row);
}

const rowsOf = ({ children }: MindNode): number =>
  Math.max(
    1,
    children.reduce((sum, each) => sum + rowsOf(each), 0),
  );

function placeBelow(
  nodes: readonly MindNode[],
  from: { readonly x: number; readonly y: number; readonly reach: number },
  side: -1 | 1,
  depth: number,
  top: number,
): PlacedNode[] {
  const x = side * (size.first + (depth - 1) * size.step);
  let row = top;
  return nodes.flatMap((node) => {
    const rows = rowsOf(node);
    const y = row + ((rows - 1) / 2) * size.row;
    const start = from.x + side * from.reach;
    const middle = (start + x) / 2;
    const path = `M${start} ${from.y}C${middle} ${from.y} ${middle} ${y} ${x} ${y}`;
    // Lines to what lies behind begin where the words end.
    const reach = 16 + Math.min(node.text.length, labelLetters) * size.letter;
    const placed: PlacedNode = { key: node.key, text: node.text, x, y, side, path };
    const behind = placeBelow(node.children, { x, y, reach }, side, depth + 1, row);
    row += rows * size.row;
    return [placed, ...behind];
  });
}

/** A name as a label: cut where it is too long, for the whole name is read out and shown on hovering. */
export const labelOf = (name: string): string =>
  name.length <= labelLetters ? name : `${name.slice(0, labelLetters - 1).trimEnd()}…`;
