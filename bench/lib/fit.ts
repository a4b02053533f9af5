/** A power law: `factor` × size ^ `exponent`. */
export interface Fit {
  readonly factor: number;
  readonly exponent: number;
}

/** The power law that lies nearest to the points, by least squares over their logarithms. */
export function fitPower(points: readonly (readonly [size: number, value: number])[]): Fit {
  const logs = points
    .filter(([size, value]) => size > 0 && value > 0)
    .map(([size, value]) => [Math.log(size), Math.log(value)] as const);
  const mean = (index: 0 | 1): number => logs.reduce((sum, each) => sum + each[index], 0) / logs.length;
  const [x, y] = [mean(0), mean(1)];
  const spread = logs.reduce((sum, [size]) => sum + (size - x) ** 2, 0);
  const exponent = spread ? logs.reduce((sum, [size, value]) => sum + (size - x) * (value - y), 0) / spread : 0;
  return { factor: Math.exp(y - exponent * x), exponent };
}

/** A straight line. */
export interface Line {
  readonly start: number;
  /** What a unit more of size adds. */
  readonly slope: number;
}

/** The line through the two largest of the points: what little data needs at any rate says nothing of growth. */
export function lineThrough(points: readonly (readonly [size: number, value: number])[]): Line {
  const [[x0, y0] = [0, 0], [x1, y1] = [1, 0]] = [...points].sort(([a], [b]) => a - b).slice(-2);
  const slope = (y1 - y0) / (x1 - x0);
  return { start: y1 - slope * x1, slope };
}

/** The size at which a value is reached; not a number where it never is. */
export const sizeAt = ({ start, slope }: Line, value: number): number =>
  slope > 0 ? (value - start) / slope : Number.NaN;
