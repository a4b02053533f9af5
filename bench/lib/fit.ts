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

/** The value at a size. */
export const valueAt = ({ factor, exponent }: Fit, size: number): number => factor * size ** exponent;

/** The size at which a value is reached; not a number where it never is. */
export const sizeAt = ({ factor, exponent }: Fit, value: number): number =>
  exponent > 0 ? (value / factor) ** (1 / exponent) : Number.NaN;
